"""An HTTP server that stores error reports."""

import gzip
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sink(ThreadingHTTPServer):
    def __init__(self):
        self.bodies = []  # whole envelopes as text
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def dsn(self):
        return f"http://key@127.0.0.1:{self.server_address[1]}/1"

    @property
    def events(self):
        """Return the error reports. The third line of JSON in an envelope is the report."""
        return [json.loads(body.splitlines()[2]) for body in self.bodies]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append(body.decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass
