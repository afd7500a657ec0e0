"""OPTIONS of the settings' database: limits for whatever can hang."""

from typing import Any

from lib.postgresql import timeouts


def options(pool_size) -> dict[str, Any]:
    """A pooler in front cannot pass `options` on: it ignores them and sets the same limits itself
    (deploy/pgbouncer/pgbouncer.ini), or the role has them (`ALTER ROLE … SET statement_timeout`).
    """
    return {
        "connect_timeout": 2,
        "tcp_user_timeout": 3000,  # milliseconds without an acknowledgement
        "keepalives_idle": 5,
        "keepalives_interval": 1,
        "keepalives_count": 3,
        "options": f"-c statement_timeout={timeouts.STATEMENT}s"
        " -c idle_in_transaction_session_timeout=30s",
        "pool": {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 2,
            "check": timeouts.check,
            "connection_class": timeouts.Connection,
            "reconnect_timeout": 2,  # then the next one who asks begins anew, without a long wait
        },
    }
