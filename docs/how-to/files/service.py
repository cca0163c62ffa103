"""Keep what is sent, if it has the digest that its sender says: PUT /NAME, with X-Digest."""

import asyncio
import email
import tempfile
from asyncio import StreamReader, StreamWriter
from pathlib import Path

import checksig

STORE = Path("store")
MOST = 1 << 30  # bytes of a file


async def take_in(reader: StreamReader) -> tuple[str, str]:
    """Return a status of HTTP, and a sentence."""
    request, _, rest = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
    headers = email.message_from_bytes(rest)
    name = Path(request.split()[1].decode()).name
    size = int(headers.get("Content-Length", -1))
    if name in {"", ".."} or not 0 <= size <= MOST:
        return "400 Bad Request", "no name, or too large"
    with tempfile.TemporaryDirectory(dir=STORE) as directory:
        path = Path(directory, name)
        with path.open("wb") as file:
            while size > 0:
                chunk = await reader.read(min(size, 1 << 20))
                if not chunk:
                    return "400 Bad Request", "cut short"
                file.write(chunk)
                size -= len(chunk)
        try:
            report = await checksig.averify(path, digest=headers.get("X-Digest", ""))
        except checksig.VerificationError as error:
            return "422 Unprocessable Content", error.report.tally
        except (checksig.ChecksigError, ValueError) as error:
            return "400 Bad Request", str(error)
        path.replace(STORE / name)
    return "201 Created", f"{report.bytes} bytes, {report.algorithm}"


async def answer(reader: StreamReader, writer: StreamWriter) -> None:
    """Answer one request."""
    status, said = await take_in(reader)
    writer.write(f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n{said}\n".encode())
    await writer.drain()
    writer.close()


async def main() -> None:
    """Serve this machine alone, and say where."""
    STORE.mkdir(exist_ok=True)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print("{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await server.serve_forever()


asyncio.run(main())
