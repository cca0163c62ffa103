"""Lists of digests and who signed them, found in places: claims, which are values.

``find`` asks, in this order: what the caller gives (entries, lists by their paths), a wheel, a bag,
and files that are called like lists. ``signed`` checks signatures over whatever was found, and
``chain`` follows lists that list others.
"""

from __future__ import annotations

from checksig._claims.claim import Claim, Slice, path_of
from checksig._claims.finding import WHEEL, Ask, Part, find
from checksig._claims.packing import from_manifests

__all__ = ["WHEEL", "Ask", "Claim", "Part", "Slice", "find", "from_manifests", "path_of"]
