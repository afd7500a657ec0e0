"""Template tag of the role switcher: the roles, and the current one."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib import cookies
from requests_app.middleware import DEVICE_COOKIE
from tools.demo.people import ANA, ANA_KEY, PEOPLE

register = template.Library()

_WORDS = {
    ANA: _("Resident"),
    "omar": _("Agent"),
    "wes": _("Crew"),
    "sue": _("Supervisor"),
    "ada": _("Admin"),
}
_NAMES = {ANA: "Ana"} | {person.username: person.first_name for person in PEOPLE}


@dataclass
class Role:
    username: str
    name: str
    words: str | Promise
    is_played: bool


@register.simple_tag(takes_context=True)
def demo_roles(context) -> list[Role]:
    """Return the roles in order, Ana first.

    In a new browser, or with the account of a colleague, none is marked as current.
    """
    played = _played(context["request"])
    return [
        Role(username, _NAMES[username], words, username == played)
        for username, words in _WORDS.items()
    ]


def _played(request) -> str:
    """Return the username of the signed-in user, ANA in a browser with her device, or ""."""
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        return user.get_username()
    return ANA if cookies.read_cookie(request, DEVICE_COOKIE) == ANA_KEY else ""
