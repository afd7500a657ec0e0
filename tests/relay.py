"""A TCP relay to a server, which can stop and start again on its port like a restarted server."""

import socket
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

CHUNK = 65536  # bytes


class Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    target = ("", 0)

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.sockets: set[socket.socket] = set()


class Connection(BaseRequestHandler):
    """Forwards data between the browser and the server in both directions."""

    def handle(self) -> None:
        with socket.create_connection(self.server.target) as upstream:
            self.server.sockets |= {self.request, upstream}
            answers = threading.Thread(target=_pass_on, args=(upstream, self.request), daemon=True)
            answers.start()
            _pass_on(self.request, upstream)
            answers.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # one of the two sockets was closed
        while data := source.recv(CHUNK):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Relay:
    """A relay to a host and port. `url` is the URL of the server through the relay."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._port = 0
        self.start()
        self.url = f"http://localhost:{self._port}"

    def start(self) -> None:
        self._server = Server(self._port)
        self._server.target = self._target
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop the relay and close every connection."""
        self._server.shutdown()
        self._server.server_close()
        for each in self._server.sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
