"""Calls to addresses that a stranger or an administrator gave: only to public servers, by https.

    content = outbound.fetch(url, max_bytes=10_000_000, seconds=5)
    status = outbound.post(url, body, {"Content-Type": "application/json"}, seconds=8)

An address is looked up once, each answer must be a public one, and the call goes to what was
checked: a name that leads elsewhere a moment later (DNS rebinding) leads nobody into the network
that this server stands in. `allowed` names servers ("host:port") for which none of this is asked;
they may also be called by http. Nothing is taken from the environment (proxies, .netrc), no cookie
is sent, and nothing is tried again.

Whatever goes wrong is a FailedCall.
"""

from lib.outbound.client import check, fetch, post
from lib.outbound.destination import read
from lib.outbound.failures import SENTENCES, FailedCall
