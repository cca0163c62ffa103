"""``python -m checksig``."""

from checksig.cli import run

run()
