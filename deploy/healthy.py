"""The health check of a container: exit with 0 if its process works.

Workers and beat touch PULSE_FILE every few seconds. A web server gets an HTTP request with a host
name that it accepts.
"""

import os
import sys
import time

MAX_AGE_SECONDS = 90


def check_heartbeat(path) -> None:
    if time.time() - os.stat(path).st_mtime > MAX_AGE_SECONDS:
        sys.exit(f"{path} was not touched for {MAX_AGE_SECONDS} s.")


def check_web_server() -> None:
    import urllib.request  # imported only if needed, because the import is slow

    names = os.environ.get("ALLOWED_HOSTS") or "localhost"
    name = names.split(",")[0].strip().lstrip(".").replace("*", "localhost")
    request = urllib.request.Request("http://127.0.0.1:8000/healthz/live", headers={"Host": name})
    urllib.request.urlopen(request, timeout=3).close()  # nosec B310 # its own address


if path := os.environ.get("PULSE_FILE"):
    check_heartbeat(path)
else:
    check_web_server()
