"""Write what commands print today into pages: ``tools/transcripts.py PAGE…``; then read it.

The pages are those of ``tests/transcripts`` and ``docs/how-to``. Lines ``…`` are kept if what is
there still matches.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import transcripts  # noqa: E402 (the path comes first)


def main(pages: list[str]) -> None:
    """Run pages, and write them."""
    for page in map(Path, pages):
        text = page.read_text()
        with tempfile.TemporaryDirectory() as home:
            directory = Path(home, "here")
            directory.mkdir()
            found = transcripts.run(text, directory, REPOSITORY=str(ROOT))
            rows = text.splitlines()
            for step, said in reversed(found):
                wanted = step.said or []
                if transcripts.matches(wanted, said, directory):
                    continue
                at = step.line - 1 + len(step.command.splitlines())
                shown = [row.replace(str(directory), transcripts.HERE).rstrip() for row in said]
                while shown and not shown[-1]:
                    shown.pop()
                rows[at : at + len(wanted)] = shown
        page.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
