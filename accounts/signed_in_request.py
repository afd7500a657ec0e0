"""The type of the requests that views of staff get."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is signed in, which a decorator of the view has checked.

    For annotations only: the request itself is Django's.
    """

    user: User
