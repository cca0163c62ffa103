"""Write ten believable web logs and their list, the same bytes every time.

    python examples/generate.py [DIRECTORY]

The entry for httpd-08.log is wrong on purpose: it is the digest that the file
had before its last line was lost.
"""

import hashlib
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEED = 20
LINES = 790
WRONG = "httpd-08.log"

PAGES = [
    "/",
    "/about",
    "/blog/",
    "/blog/how-we-back-up",
    "/blog/bit-rot",
    "/contact",
    "/search?q=sha1",
    "/feed.xml",
]
ASSETS = ["/static/site.css", "/static/site.js", "/static/logo.svg", "/favicon.ico", "/robots.txt"]
DOWNLOADS = [f"/download/dataset-{year}.tar.gz" for year in range(2015, 2021)]
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
    "curl/8.5.0",
    "Wget/1.21.4",
]


def request(rng: random.Random) -> tuple[str, int, int]:
    """One request: its target, the status of the answer, and its bytes."""
    kind = rng.random()
    if kind < 0.02:
        return rng.choice(["/wp-login.php", "/.env", "/admin"]), 404, 153
    if kind < 0.12:
        return rng.choice(DOWNLOADS), rng.choice([200, 200, 206]), rng.randrange(1 << 20, 1 << 28)
    if kind < 0.5:
        return rng.choice(ASSETS), rng.choice([200, 200, 304]), rng.randrange(300, 40_000)
    return rng.choice(PAGES), 200, rng.randrange(1_500, 30_000)


def log(rng: random.Random, day: datetime) -> str:
    """One day of requests in the combined log format."""
    clients = [f"203.0.113.{rng.randrange(1, 255)}" for _ in range(60)]
    moment, lines = day, []
    for _ in range(LINES):
        moment += timedelta(seconds=rng.expovariate(LINES / 86_000))
        target, status, size = request(rng)
        lines.append(
            f"{rng.choice(clients)} - - [{moment:%d/%b/%Y:%H:%M:%S +0000}] "
            f'"GET {target} HTTP/1.1" {status} {size} "-" "{rng.choice(AGENTS)}"\n'
        )
    return "".join(lines)


def main() -> None:
    """Write the logs and sha1sum.txt."""
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "logs")
    directory.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    first = datetime(2020, 4, 1, tzinfo=UTC)
    entries: list[str] = []
    for number in range(10):
        name, text = f"httpd-{number:02}.log", log(rng, first + timedelta(days=number))
        entries.append(
            f"{hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()}  {name}\n"
        )
        if name == WRONG:
            text = text[: text[:-1].rindex("\n") + 1]
        (directory / name).write_bytes(text.encode())
    (directory / "sha1sum.txt").write_text("".join(entries), newline="\n")


if __name__ == "__main__":
    main()
