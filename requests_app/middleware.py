"""The device and person of an HTTP request, and the responses to domain errors."""

import secrets

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from lib import cookies
from lib.http import Middleware
from requests_app.errors import DomainError, NotAllowed
from requests_app.models import Device

DEVICE_COOKIE = "device"
OFFLINE_COPY_HEADER = "Kept-For-Device"  # read by the service worker


class DeviceMiddleware(Middleware):
    """Set `request.device` and `request.person`, and store a new device key in a cookie.

    `request.device` is None until the browser has sent something. `request.person` is the signed-in
    user, else the device.
    """

    def __call__(self, request) -> HttpResponse:
        """Set the attributes lazily; set the cookie if the view changed `request.device_key`."""
        request.device_key = cookies.read_cookie(request, DEVICE_COOKIE)
        request.device = SimpleLazyObject(lambda: _find_device(request))
        request.person = SimpleLazyObject(lambda: _get_person(request))
        response = self.get_response(request)
        if request.device_key and request.device_key != cookies.read_cookie(request, DEVICE_COOKIE):
            cookies.set_cookie(response, DEVICE_COOKIE, request.device_key)
        return response


def _find_device(request) -> Device | None:
    """Return the stored device of the request's key; None without a key or row."""
    key = request.device_key
    return Device.objects.filter(key_hash=Device.hash_key(key)).first() if key else None


def _get_person(request) -> User | Device:
    """Return the signed-in user, else the device, else the unsaved NEW_DEVICE."""
    if request.user.is_authenticated:
        return request.user
    return request.device or NEW_DEVICE


NEW_DEVICE = Device()  # for browsers without a stored device


def has_device_key(request) -> bool:
    """Return whether the browser sent a device cookie, so it keeps cookies."""
    return bool(cookies.read_cookie(request, DEVICE_COOKIE))


def ensure_device_key(request) -> None:
    """Give the browser a device key with the response if it has none."""
    if not request.device_key:
        request.device_key = secrets.token_urlsafe(32)


def replace_device_key(request) -> None:
    """Give the browser a new key with the response, and set `request.device` to None."""
    request.device_key = secrets.token_urlsafe(32)
    request.device = None


def allow_offline_copy(request, response: HttpResponseBase) -> None:
    """Mark a page that the service worker may keep and show offline to this browser alone.

    Does nothing for a browser without a device key.
    """
    if request.device_key:
        response[OFFLINE_COPY_HEADER] = Device.hash_key(f"kept {request.device_key}")[:16]


def forbid_offline_copies(response: HttpResponseBase) -> None:
    """Mark a page after which the service worker deletes its copies of the browser's own pages."""
    response[OFFLINE_COPY_HEADER] = ""


def get_or_create_device(request) -> Device:
    """Return the browser's Device, created if it has none; also set `request.device`.

    A browser without a key gets one with the response.
    """
    ensure_device_key(request)
    request.device = _find_device(request) or Device.get_or_create_by_key(request.device_key)
    return request.device


class DomainErrorMiddleware(Middleware):
    """Render the error page for a DomainError that a view did not catch."""

    def process_exception(self, request, exception: Exception) -> HttpResponse | None:
        """Return the error page with the error's status; None for another exception."""
        if not isinstance(exception, DomainError):
            return None
        return set_error_status(
            render(request, "errors/refused.html", {"error": exception}), exception
        )


def set_error_status(response: HttpResponse, error: DomainError | None) -> HttpResponse:
    """Set the status code of a DomainError, or 422 for None, and its Retry-After.

    Return the response.
    """
    response.status_code = error.status_code if error else 422
    if error and error.retry_after:
        response["Retry-After"] = error.retry_after
    return response


def refuse_staff(request) -> None:
    """Raise NotAllowed for a signed-in user: staff act on their own pages, never as a reporter."""
    if request.user.is_authenticated:
        raise NotAllowed
