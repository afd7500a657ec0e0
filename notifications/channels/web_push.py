"""Notifications in browsers, through the push services of their makers (RFC 8030)."""

import base64
import email.utils
import hashlib
import json
from datetime import UTC, timedelta
from functools import cache
from typing import NamedTuple, cast

from django.conf import settings
from django.utils import translation

from lib import clock, outbound, web_push
from lib.breaker import CircuitBreaker, Unavailable
from notifications.channels.interface import Outcome, Result
from notifications.models import Delivery
from notifications.push_recipients import find_audience
from notifications.wording import push
from requests_app.models import PushEndpoint
from requests_app.push.endpoints import find_service, is_push_on

MAX_SECONDS = 5  # from the look-up of the name to the answer
MAX_WAIT = timedelta(days=1)  # the longest wait that Retry-After can ask for
_SECONDS_KEPT = 3 * 24 * 3600  # a service keeps the message while the browser is offline
_ANSWERS = {
    400: "the push service could not read the message",
    401: "the push service refused VAPID_PRIVATE_KEY or VAPID_CONTACT",
    403: "the push service refused VAPID_PRIVATE_KEY: the browser subscribed with another key",
    413: "the push service finds the message too long",
}


class Notification(NamedTuple):
    """An encrypted message, with the URL and headers of its request to the push service."""

    endpoint_id: int
    url: str
    body: bytes
    headers: dict[str, str]


def render(delivery: Delivery) -> Notification | None:
    """Return the encrypted message in the delivery's language.

    None while push is off, if the browser's owner must not get it, and for an address whose service
    is not called.
    """
    audience = find_audience(delivery) if is_push_on() else None
    endpoint = delivery.endpoint
    if audience is None or endpoint is None or find_service(endpoint.url) is None:
        return None
    with translation.override(delivery.language):
        notice = push.compose(delivery, audience)
    if notice is None:
        return None
    payload = json.dumps(notice, ensure_ascii=False).encode()
    keys = web_push.BrowserKeys(endpoint.p256dh, endpoint.auth)
    return Notification(
        endpoint.pk, endpoint.url, web_push.encrypt(payload, keys), _build_headers(delivery)
    )


def send(rendered: Notification) -> Result:
    """Post the message to the push service, and return the result."""
    service = cast(str, find_service(rendered.url))
    authorization = web_push.build_authorization(
        rendered.url, settings.VAPID_PRIVATE_KEY, settings.VAPID_CONTACT
    )
    try:
        with get_breaker(service).guard():
            answer = outbound.post(
                rendered.url,
                rendered.body,
                rendered.headers | {"Authorization": authorization},
                seconds=MAX_SECONDS,
                allowed=settings.PUSH_SERVICES,
            )
    except (Unavailable, outbound.FailedCall) as error:
        failed = error.__cause__ if isinstance(error, Unavailable) else error
        if failed is None:
            return Result(Outcome.UNAVAILABLE, f"{service} is left alone for a while")
        return Result(Outcome.RETRY, f"{service}: {failed}")
    result = _classify(answer)
    if result.outcome is Outcome.SENT:
        PushEndpoint.objects.filter(pk=rendered.endpoint_id).update(used_at=clock.now())
    return result


def forget_address(delivery: Delivery) -> None:
    """Delete the endpoint: the service says that the browser has unsubscribed."""
    if delivery.endpoint:
        delivery.endpoint.delete()


@cache
def get_breaker(service: str) -> CircuitBreaker:
    """Return the breaker of an entry of settings.PUSH_SERVICES.

    It counts no failure that an address of a stranger causes, such as a name without a server.
    """
    return CircuitBreaker(f"push {service}", _is_failure_of_service, failures=2)


def _is_failure_of_service(error: Exception) -> bool:
    """Return whether a server was called and did not answer in time."""
    return isinstance(error, outbound.FailedCall) and error.code in {"no_answer", "too_slow"}


def _build_headers(delivery: Delivery) -> dict[str, str]:
    """Return the headers of the message. A newer one about the same replaces one that waits."""
    is_urgent = delivery.kind in {Delivery.Kind.EMERGENCY, Delivery.Kind.URGENT}
    return {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(_SECONDS_KEPT),
        "Topic": _build_topic(delivery),
        "Urgency": "high" if is_urgent else "normal",
    }


def _build_topic(delivery: Delivery) -> str:
    """Return 32 characters of URL-safe base64 for the request or the alert, and the browser."""
    event = delivery.event
    about = f"alert {delivery.alert_id}" if event is None else event.service_request_id
    named = f"{settings.LINK_SECRET}:{about}:{delivery.recipient}"
    return base64.urlsafe_b64encode(hashlib.sha256(named.encode()).digest()).decode()[:32]


def _classify(answer: outbound.PostAnswer) -> Result:
    """Return the outcome for the status of an answer, with words for the operator.

    404 and 410 mean that the browser is gone, 429 and 5xx to try again, when the service says so.
    """
    status = answer.status
    if 200 <= status < 300:
        return Result(Outcome.SENT, str(status))
    if status in {404, 410}:
        return Result(Outcome.GONE, f"{status} the browser has unsubscribed")
    if status == 429 or status >= 500:
        return Result(Outcome.RETRY, f"{status}", parse_retry_after(answer.retry_after))
    words = _ANSWERS.get(status, "the push service refused the message")
    return Result(Outcome.REFUSED, f"{status} {words}")


def parse_retry_after(text: str) -> timedelta | None:
    """Return the wait in a Retry-After header, in seconds or as a date; None if it has none.

    It is at most MAX_WAIT, and not negative.
    """
    if text.isascii() and text.isdecimal():
        wait = timedelta(seconds=int(text[:9]))
    else:
        try:
            until = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = until.replace(tzinfo=until.tzinfo or UTC) - clock.now()
    return max(timedelta(), min(wait, MAX_WAIT))
