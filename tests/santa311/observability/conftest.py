import threading

import pytest

from tests.santa311.observability.sink import Sink


@pytest.fixture
def sink():
    """Where errors are reported to: `dsn` is its address, `events` what came."""
    server = Sink()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
