import threading

import pytest

from tests.santa311.observability.sink import Sink


@pytest.fixture
def sink():
    """Return a server that receives error reports: `dsn` is its address, `events` the reports."""
    server = Sink()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
