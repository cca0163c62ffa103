"""Send a file: client.py ADDRESS FILE DIGEST."""

import http.client
import sys
from pathlib import Path

address, name, digest = sys.argv[1:]
connection = http.client.HTTPConnection(address, timeout=60)
connection.request("PUT", f"/{name}", Path(name).read_bytes(), {"X-Digest": digest})
answer = connection.getresponse()
print(answer.status, answer.read().decode().strip())
