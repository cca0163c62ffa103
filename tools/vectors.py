"""Fetch published test vectors that are not ours to distribute: CHECKSIG_VECTORS=build/vectors.

They are data in modules of Go, which its proxies keep: Wycheproof, and vectors for Ed25519 that
implementations differ about (which C2SP has in CCTV). A module has to have the hash written here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PLACE = Path(os.environ.get("CHECKSIG_VECTORS") or ROOT / "build" / "vectors")
#: Module, version, hash as in go.sum, and which files.
MODULES = [
    (
        "github.com/c2sp/wycheproof",
        "v0.0.0-20260902155932-3fa63dd0344a",
        "h1:pNbL2nztRsWfW/ispAwsvcDFxs9Id38uIsR2/Up5G2c=",
        [
            "testvectors_v1/ed25519_test.json",
            "testvectors_v1/ecdsa_secp*_sha*_test.json",
            "testvectors_v1/rsa_signature_*_test.json",
            "testvectors_v1/rsa_pss_*_test.json",
        ],
    ),
    (
        "filippo.io/mostly-harmless/ed25519vectors",
        "v0.0.0-20210322192420-30a2d7243a94",
        "h1:oHn3iEYQCHVcHLEqtzCSizBZcnOSFk61oo8tKsbNrqI=",
        ["ed25519vectors.json"],
    ),
]


def main() -> None:
    """Fetch what is written above, and nothing else."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    for module, version, expected, patterns in MODULES:
        command = ["go", "mod", "download", "-json", f"{module}@{version}"]
        with TemporaryDirectory() as away:  # from any module, whose go.mod would be asked
            done = subprocess.run(command, cwd=away, stdout=subprocess.PIPE, check=False)
        found = json.loads(done.stdout or b"{}")
        if found.get("Sum") != expected:
            sys.exit(f"{module}: {found.get('Error') or 'it is not what it was'}")
        for pattern in patterns:
            paths = sorted(Path(found["Dir"]).glob(pattern))
            if not paths:
                sys.exit(f"{module} has no {pattern}")
            for path in paths:
                shutil.copyfile(path, PLACE / path.name)
    print(f"{len(list(PLACE.iterdir()))} files of vectors in {PLACE}")


if __name__ == "__main__":
    main()
