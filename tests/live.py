"""The live server comes to rest before a test's tables are put back.

A page that closes may leave requests behind: some being answered, others not even read. They
belong to the test that made them, so the test lasts until their answers are done.
"""

import socket
import threading

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from whitenoise.middleware import WhiteNoiseMiddleware

CONDITIONS = {"HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH"}
PATIENCE = 20  # s, on a machine that is busy with other tests


class FromMemory:
    """Static files are looked up once: each page begins with an empty cache and asks for all."""

    def __init__(self, app):
        self._app = app
        self._answers = {}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        is_plain = environ["REQUEST_METHOD"] == "GET" and not CONDITIONS & environ.keys()
        if not (is_plain and path.startswith(settings.STATIC_URL)):
            return self._app(environ, start_response)
        found = self._answers.get(path) or self._look_up(environ)
        status, headers, body = found
        if status.startswith("200"):
            self._answers[path] = found
        start_response(status, headers)
        return [body]

    def _look_up(self, environ):
        said = []
        answer = self._app(environ, lambda *head: said.extend(head))
        body = b"".join(answer)
        if hasattr(answer, "close"):  # as WSGI has it: a list has none
            answer.close()
        return *said, body


class Server(ThreadedWSGIServer):
    """Knows its open connections."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._open = set()
        self._change = threading.Condition()

    def set_app(self, application):
        is_wrapped = isinstance(application, FromMemory)  # a test puts back what it found
        super().set_app(application if is_wrapped else FromMemory(application))

    def process_request(self, request, client_address):
        with self._change:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request):
        super().close_request(request)
        with self._change:
            self._open.discard(request)
            self._change.notify_all()

    def wait_until_all_left(self):
        """Return once every connection begun before is closed and its request answered."""
        self._come_after_all()
        with self._change:
            assert self._change.wait_for(lambda: not self._open, PATIENCE), (
                f"These are still open: {[each.getpeername() for each in self._open]}"
            )

    def _come_after_all(self):
        """Open a connection and wait until it is accepted; connections are accepted in order."""
        with socket.create_connection(self.server_address, PATIENCE) as last:
            last.shutdown(socket.SHUT_WR)
            assert last.recv(1) == b""


LiveServerThread.server_class = Server
# Head and body of an answer are written one after the other. With Nagle's algorithm the second
# waits until the browser has confirmed the first, which a browser takes 40 ms to do.
QuietWSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(autouse=True)
def the_server_rests(request):
    """Set up after the tables and before the pages, so it ends after these and before those."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    live_server = request.getfixturevalue("live_server")
    yield
    live_server.thread.httpd.wait_until_all_left()


_static_files = {}
_look = WhiteNoiseMiddleware.add_files_from_finders


def _look_once(middleware):
    """Each client makes the middleware anew, which else reads the folders of all static files."""
    found = _static_files.get(middleware.static_prefix)
    if found is None:
        _look(middleware)
        found = _static_files[middleware.static_prefix] = middleware.files
    middleware.files = found


WhiteNoiseMiddleware.add_files_from_finders = _look_once
