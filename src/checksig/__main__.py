"""``python -m checksig``."""

import sys

from checksig.cli import main

sys.exit(main())
