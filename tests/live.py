"""A live server that finishes all requests before the tables of a test are restored.

A closed page may leave requests that the server is still processing or has not read yet. They
belong to the test that made them, so the test ends only after they are completed. The module also
makes the static files of the live server faster.
"""

import socket
import threading

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from whitenoise.middleware import WhiteNoiseMiddleware

CONDITIONS = {"HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH"}
PATIENCE = 20  # s; the machine may be busy with other tests


class FromMemory:
    """WSGI wrapper that keeps the responses for static files in memory.

    Each page begins with an empty browser cache and requests all of its files again.
    """

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
        if hasattr(answer, "close"):  # optional in WSGI; a list has no close()
            answer.close()
        return *said, body


class Server(ThreadedWSGIServer):
    """Live server that counts its open connections."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._open = set()
        self._change = threading.Condition()

    def set_app(self, application):
        is_wrapped = isinstance(application, FromMemory)  # True if a test restores the original
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
        """Wait until every connection opened before is closed and its request answered."""
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
# The head and the body of a response are written separately. With Nagle's algorithm, the body is
# held back until the browser acknowledges the head, which takes 40 ms.
QuietWSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(autouse=True)
def the_server_rests(request):
    """Wait at the end of a test until the live server has completed all requests.

    The fixture is set up after the database and before the pages, so its teardown runs after the
    pages are closed and before the tables are restored.
    """
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
    """Fill in the list of static files from the first middleware.

    Each test client creates the middleware again, which would otherwise scan all static folders.
    """
    found = _static_files.get(middleware.static_prefix)
    if found is None:
        _look(middleware)
        found = _static_files[middleware.static_prefix] = middleware.files
    middleware.files = found


WhiteNoiseMiddleware.add_files_from_finders = _look_once
