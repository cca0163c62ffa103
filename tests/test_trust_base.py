"""An environment with checksig alone checks signatures; OpenPGP and Sigstore need more."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from signatures import CASES, PROVED, VECTORS, expectation

SCHEMES = ("minisign", "signify", "ssh", "cosign", "model")
#: Reads what is asked, one case a line, and says what came of each.
SCRIPT = """
import json, sys
from importlib.metadata import distributions
from datetime import datetime
from pathlib import Path
import checksig
from checksig._options import TrustOptions
from checksig._options.values import settle
from checksig._trust import checking
from checksig._trust.policy import policy
print(json.dumps(sorted(d.metadata["Name"] for d in distributions())))
for line in sys.stdin:
    case, options = json.loads(line)
    case = Path(case)
    options["at"] = datetime.fromisoformat(options["at"]) if options["at"] else None
    if (case / "revoked").exists():
        options["revoked"] = case / "revoked"
    message = (case / "list").read_bytes() if (case / "list").exists() else None
    try:
        asked = policy(settle(TrustOptions, {"trust": case / "key"} | options))
        signature = (case / "signature").read_bytes()
        near = case / "certificate"
        asked = asked.beside([near.read_bytes()] if near.exists() else [])
        [found], _ = checking.check(b"signature", signature, message, asked)
        said = ["proved", found.key_id]
    except checksig.TrustError as error:
        said = [type(error).__name__, str(error)]
    print(json.dumps(said))
print(json.dumps([m for m in sys.modules if m.partition(".")[0] in {"cryptography"}]))
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment, with this copy of checksig and nothing else."""
    root = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root], check=True)
    [packages] = root.glob("lib/python*/site-packages")
    ours = distribution("checksig")
    for file in ours.files or ():
        if not file.parts[0].startswith(".."):
            target = packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(ours.locate_file(file)), target)
    return root / "bin" / "python"


def answers(bare: Path, cases: list[Path]) -> tuple[list[str], list[Any], list[str]]:
    """The packages there are, what comes of cases, and the modules that were loaded for it."""
    asked = [(case, expectation(case)) for case in cases]
    lines = [
        json.dumps(
            [
                str(case),
                {"at": expected.get("at")}
                | {
                    n: expected.get(f"ask-{n}")
                    for n in ("identity", "issuer", "namespace", "source")
                },
            ]
        )
        for case, expected in asked
    ]
    done = subprocess.run(
        [bare, "-I", "-c", SCRIPT],
        input="\n".join(lines),
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    packages, *found, loaded = map(json.loads, done.stdout.splitlines())
    return packages, found, loaded


def test_the_base_install_checks_what_needs_no_extra(bare: Path) -> None:
    cases = [case for case in CASES if case.parent.name in SCHEMES]
    packages, found, loaded = answers(bare, cases)
    assert packages == ["checksig"]
    assert loaded == []
    assert len(cases) == len(found) > 90
    for case, (said, words) in zip(cases, found, strict=True):
        assert (said == "proved") == (expectation(case)["expect"] in PROVED), (case, words)
        assert "needs a package" not in words


@pytest.mark.parametrize("scheme", ["openpgp", "sigstore"])
def test_the_base_install_says_what_the_others_need(bare: Path, scheme: str) -> None:
    right = VECTORS / scheme / "right"
    case = right if right.exists() else next(VECTORS.glob(f"{scheme}/right*"))
    [(said, words)] = answers(bare, [case])[1]
    assert said == "SignatureUntrusted"
    assert f"pip install 'checksig[{scheme}]'" in words
