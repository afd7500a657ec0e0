"""A push service that accepts every message (RFC 8030)."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from lib.web_push import generate_private_key
from tools.stack import ports


class PushSink:
    """An HTTP server that counts the messages to each subscription."""

    def __init__(self) -> None:
        self._received: Counter[str] = Counter()
        self._lock = threading.Lock()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                with sink._lock:
                    sink._received[self.path] += 1
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_given) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", ports.free(["push"])["push"]), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> Any:
        return self._server.server_address

    @property
    def count(self) -> int:
        """Return the number of all messages."""
        with self._lock:
            return self._received.total()

    def build_environment(self, address: tuple[str, int]) -> dict[str, str]:
        """Return the settings with which the application uses this service at `address`."""
        return {
            "VAPID_PRIVATE_KEY": generate_private_key(),
            "VAPID_CONTACT": "mailto:webmaster@city.example",
            "PUSH_SERVICES": "{}:{}".format(*address),
        }

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()
