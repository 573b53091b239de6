"""Serves /bytes/N (N zero bytes) and /json on the loopback address, for the examples that fetch.

    python3 examples/server.py 8000
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHUNK = bytes(1 << 16)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/bytes/"):
            self.send_zeros(int(self.path.rsplit("/", 1)[1]))
        else:
            self.send_text(json.dumps({"path": self.path}).encode())

    def send_zeros(self, count):
        self.send_response(200)
        self.send_header("Content-Length", str(count))
        self.end_headers()
        while count > 0:
            self.wfile.write(CHUNK[:count])
            count -= len(CHUNK)

    def send_text(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print(f"listening on {server.server_port}", flush=True)
    server.serve_forever()
