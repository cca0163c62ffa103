"""Trust on first use: the key that comes with a signature is remembered, and no other counts after.

It proves that the key is the same as the first time, and nothing about whose it is. Only signatures
that carry their key can be trusted so.
"""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

from checksig import _schemes
from checksig._trust import habits, rules
from checksig._trust.primitives import PRIMITIVES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checksig._results import Signature
    from checksig._trust.policy import Policy


def widened(policy: Policy, signature: bytes) -> Policy:
    """Return a policy for which the key that a signature carries counts as well."""
    scheme = _schemes.detect(signature)
    if scheme is None:
        return policy
    if scheme.carried is None:
        doubt = f"signatures of {scheme.title} carry no key that could be trusted on first use"
        return policy._replace(doubts=(*policy.doubts, doubt))
    return policy._replace(keys=(*policy.keys, *scheme.carried(signature, PRIMITIVES)))


def marked(
    name: str, signatures: Iterable[Signature], policy: Policy, asked: Policy
) -> tuple[Signature, ...]:
    """Return signatures, with the rules that would trust their keys if nobody had named these.

    Args:
        name: The path of the list.
        signatures: Over it.
        policy: Whom the caller trusts.
        asked: The same, widened by the key of the signature.
    """
    known = {(key.scheme, key.id) for key in policy.keys}
    found: list[Signature] = []
    for each in signatures:
        if (each.scheme, each.key_id) in known:
            found.append(each)
            continue
        names = [k.source for k in asked.keys if (k.scheme, k.id) == (each.scheme, each.key_id)]
        space = policy.terms.namespace if policy.terms else None
        path = glob.escape(rules.own_path(name))
        found.append(each.on_first_use(rules.text([path], names, namespace=space)))
    return tuple(found)


def remember(signatures: Iterable[Signature]) -> None:
    """Add the rules for keys that came first to the policy of the user, as all else was right.

    Raises:
        KeyFileError, SignatureUntrusted, CreateError: it cannot be remembered.
    """
    for each in signatures:
        if each.first_use:
            habits.append(each.rule)
