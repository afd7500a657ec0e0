"""Connection options with limits for everything that can hang."""

from typing import Any

from lib.postgresql import timeouts


def build_options(pool_size) -> dict[str, Any]:
    """Return OPTIONS of the database, with a pool of at most `pool_size` connections.

    A pooler cannot pass on the key `options`. It sets the same limits itself
    (deploy/pgbouncer/pgbouncer.ini), or the role has them (`ALTER ROLE … SET statement_timeout`).
    """
    return {
        "connect_timeout": 2,
        "tcp_user_timeout": 3000,  # milliseconds without an acknowledgement
        "keepalives_idle": 5,
        "keepalives_interval": 1,
        "keepalives_count": 3,
        "options": f"-c statement_timeout={timeouts.STATEMENT_SECONDS}s"
        " -c idle_in_transaction_session_timeout=30s",
        "pool": {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 2,
            "check": timeouts.check_connection,
            "connection_class": timeouts.Connection,
            "reconnect_timeout": 2,  # seconds; afterwards the next caller begins a new attempt
        },
    }
