"""Who did what that an auditor asks for: one line each in the log, of the logger `security`.

A line has its kind, who did it, what it was done to, what came of it, and the number of the HTTP
request. Who it was is an id, never a name; a stranger is a keyed hash that is another one each day,
so that one day's lines of one stranger can be told apart and nobody can be told from them.
"""

import logging

from django.conf import settings
from django.utils.crypto import salted_hmac

from santa311.lib import clock

log = logging.getLogger("security")


def record(kind, actor, *, target="", result="ok"):
    """Write one line. `actor` and `target` are ids such as `key:3` or `request:SM-7K2Q9M`."""
    fields = {"kind": kind, "actor": actor, "target": target, "result": result}
    log.info("%s: %s", kind, result, extra=fields)


def stranger(address) -> str:
    """The actor of whoever came from this IP address and is not known."""
    day = clock.now().date().isoformat()
    keyed = salted_hmac(f"stranger:{day}", address, settings.LINK_SECRET, algorithm="sha256")
    return f"stranger:{keyed.hexdigest()[:16]}"
