"""``python -m checksig``."""

from checksig._cli import run

run()
