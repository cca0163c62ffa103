"""Lists of digests and who signed them, found in places: claims, which are values.

``find`` asks, in this order: what the caller gives (entries, lists by their paths), a wheel, a bag,
and files that are called like lists. ``signed`` checks signatures over whatever was found, and
``chain`` follows lists that list others.
"""

from __future__ import annotations

from checksig._claims.ask import AS_LISTED, Ask, Part, Renaming
from checksig._claims.claim import Claim, Extent, path_of
from checksig._claims.finding import WHEEL, find

__all__ = [
    "AS_LISTED",
    "WHEEL",
    "Ask",
    "Claim",
    "Extent",
    "Part",
    "Renaming",
    "find",
    "path_of",
]
