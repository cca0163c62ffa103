"""Attestations of wheels: what pypi-attestations makes and accepts holds here, and nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pypi_attestations
import pytest
from archives import wheel
from pypi_attestations import Attestation, Distribution
from sigstore.models import Bundle, ClientTrustConfig
from sigstore.verify import Verifier
from sigstore.verify.policy import Identity
from sigstores import ISSUER, ME, Sigstore
from test_trust_attestations import PUBLISH, SLSA_1, SLSA_1_SAID

import checksig
from checksig import TrustError

if TYPE_CHECKING:
    from pathlib import Path

OURS, THEIRS = Sigstore(1), Sigstore(2)
