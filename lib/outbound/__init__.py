"""HTTP calls to URLs that strangers or administrators entered: https only, to public servers only.

    content = outbound.fetch(url, max_bytes=10_000_000, seconds=5)
    answer = outbound.post(url, body, {"Content-Type": "application/json"}, seconds=8)

A host name is resolved once, all its addresses must be public, and the connection goes to a checked
address, so DNS rebinding cannot reach the internal network. `allowed` names servers ("host:port")
that are exempt, also from https. Proxies and .netrc of the environment are ignored, no cookies are
sent, and nothing is retried.

Every failure is a FailedCall.
"""

from lib.outbound.client import PostAnswer, check_url, fetch, post
from lib.outbound.destination import parse_destination
from lib.outbound.failures import FAILURE_SENTENCES, FailedCall
