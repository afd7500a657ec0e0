"""Who is asking, and the one place where a refused verb becomes an HTTP answer."""

import secrets

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from lib import cookies
from lib.http import Middleware
from requests_app.errors import DomainError, NotAllowed
from requests_app.models import Device

DEVICE_COOKIE = "device"
OFFLINE_COPY_HEADER = "Kept-For-Device"  # read by the service worker


class DeviceMiddleware(Middleware):
    """Tell which resident's browser asks, and hand it its key.

    `request.device` is None while the browser has done nothing yet. `request.person` is the member
    of staff who is signed in, else the device. Staff in their own browser are never the reporter.
    """

    def __call__(self, request) -> HttpResponse:
        request.device_key = cookies.read(request, DEVICE_COOKIE)
        request.device = SimpleLazyObject(lambda: _find_device(request))
        request.person = SimpleLazyObject(lambda: _get_person(request))
        response = self.get_response(request)
        if request.device_key and request.device_key != cookies.read(request, DEVICE_COOKIE):
            cookies.put(response, DEVICE_COOKIE, request.device_key)
        return response


def _find_device(request) -> Device | None:
    key = request.device_key
    return Device.objects.filter(key_hash=Device.hash_of(key)).first() if key else None


def _get_person(request) -> Device:
    if request.user.is_authenticated:
        return request.user
    return request.device or NEW_DEVICE


NEW_DEVICE = Device()  # a browser that has done nothing: reports nothing, follows nothing


def has_device_key(request) -> bool:
    """Whether this browser has shown that it keeps the key that it was given."""
    return bool(cookies.read(request, DEVICE_COOKIE))


def ensure_device_key(request) -> None:
    """Hand this browser its key with the answer, so that what it sends next has an owner."""
    if not request.device_key:
        request.device_key = secrets.token_urlsafe(32)


def replace_device_key(request) -> None:
    """This browser is another one from now on."""
    request.device_key = secrets.token_urlsafe(32)
    request.device = None


def allow_offline_copy(request, response) -> None:
    """Mark a page that this browser may show again without a network, for itself alone."""
    if request.device_key:
        response[OFFLINE_COPY_HEADER] = Device.hash_of(f"kept {request.device_key}")[:16]


def forbid_offline_copies(response) -> None:
    """Mark a page after which this browser keeps no page of its own requests."""
    response[OFFLINE_COPY_HEADER] = ""


def get_or_create_device(request) -> Device:
    """The device that is asking, made now if this is the first thing it does."""
    ensure_device_key(request)
    request.device = _find_device(request) or Device.of_key(request.device_key)
    return request.device


class DomainErrorMiddleware(Middleware):
    """Answer a refused verb that its view did not answer itself."""

    def process_exception(self, request, exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        return set_error_status(
            render(request, "errors/refused.html", {"error": exception}), exception
        )


def set_error_status(response, error) -> HttpResponse:
    """The page that says what was wrong, with the status of this DomainError; 422 without one."""
    response.status_code = error.status_code if error else 422
    if error and error.retry_after:
        response["Retry-After"] = error.retry_after
    return response


def refuse_staff(request) -> None:
    """Staff do this at their own pages, in their own name; their browser is never the reporter."""
    if request.user.is_authenticated:
        raise NotAllowed
