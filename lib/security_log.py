"""Who did what that an auditor asks for: one line each in the log, of the logger `security`.

A line has its kind, who did it, what it was done to, what came of it, from where, and the number of
the HTTP request. Who it was is an id, never a name; a stranger is a keyed hash that is another one
each day, so that one day's lines of one stranger can be told apart and nobody can be told from
them. Where a request came from is the same hash. The kinds are in
docs/reference/security-log.md.
"""

import logging
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db.models import TextChoices
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from lib import clock, rate_limiter, request_id
from lib.context_variables import assigned
from lib.http import client_address

log = logging.getLogger("security")
_request = ContextVar("the request that is answered", default=None)
_ONCE = "1/minute"


class Kind(TextChoices):
    """What can happen, as the log and the administration name it."""

    SIGN_IN = "sign_in", _("Sign-in")
    SIGN_IN_CODE_ASKED = "sign_in.code_asked", _("Sign-in code requested")
    SIGN_OUT = "sign_out", _("Sign-out")
    FACTOR_ADDED = "second_factor.added", _("Second factor added")
    FACTOR_REMOVED = "second_factor.removed", _("Second factor removed")
    FACTOR_USED = "second_factor.used", _("Second factor entered")
    FACTOR_RESET = "second_factor.reset", _("Two-step sign-in reset by an administrator")
    RECOVERY_CODES_MADE = "recovery_codes.made", _("Recovery codes made")
    RECOVERY_CODE_USED = "recovery_code.used", _("Recovery code used")
    RESET_ASKED = "password.reset_asked", _("Password reset requested")
    RESET_DONE = "password.reset", _("Password reset")
    PASSWORD_CHANGED = "password.changed", _("Password changed")
    SESSIONS_ENDED = "sessions.ended", _("Sessions ended")
    INVITED = "invitation.sent", _("Invitation sent")
    INVITATION_ACCEPTED = "invitation.accepted", _("Invitation accepted")
    INVITATION_CANCELED = "invitation.canceled", _("Invitation canceled")
    ACCOUNT_ADDED = "account.added", _("Account added")
    ACCOUNT_ON = "account.on", _("Account turned on")
    ACCOUNT_OFF = "account.off", _("Account turned off")
    EMAIL_CHANGED = "account.email", _("Email address changed")
    ROLE_GIVEN = "role.given", _("Role given")
    ROLE_REMOVED = "role.removed", _("Role removed")
    REFUSED = "permission.refused", _("Permission refused")
    RATE_LIMITED = "rate_limit.reached", _("Rate limit reached")
    LINK_REFUSED = "link.refused", _("Link refused")
    FORM_REFUSED = "form.refused", _("Form refused")
    PERSON_SEARCHED = "person.searched", _("Search for a person")
    PHOTO_UNCOVERED = "photo.uncovered", _("Photo shown without its black boxes")
    DATA_EXPORTED = "data.exported", _("Data exported")
    DATA_DELETED = "data.deleted", _("Personal data deleted")
    SETTING_CHANGED = "setting.changed", _("Setting changed")
    SHEET_IMPORTED = "sheet.imported", _("Sheet imported")
    RULES_PUBLISHED = "rules.published", _("Routing rules published")
    PACK_LOADED = "pack.loaded", _("City's files loaded")
    READ_ONLY_ON = "maintenance.on", _("Maintenance started")
    READ_ONLY_OFF = "maintenance.off", _("Maintenance ended")
    KEY_ISSUED = "api_key.issued", _("API key issued")
    KEY_CHANGED = "api_key.changed", _("API key changed")
    KEY_ROTATED = "api_key.rotated", _("API key rotated")
    KEY_REVOKED = "api_key.revoked", _("API key revoked")
    KEY_REFUSED = "api_key.use", _("API key refused")
    KEY_FILED = "api_key.file", _("Request filed with an API key")
    KEY_TRIED = "api_key.try", _("Request tried with an API key")
    KEY_UPDATED = "api_key.update", _("Request updated with an API key")
    WEBHOOK_ADDED = "webhook.added", _("Webhook added")
    WEBHOOK_CHANGED = "webhook.changed", _("Webhook changed")
    WEBHOOK_ROTATED = "webhook.secret_made", _("Webhook's secret rotated")


IN_OTHER_TABLES = {Kind.SETTING_CHANGED, Kind.KEY_FILED, Kind.KEY_TRIED, Kind.KEY_UPDATED}
"""Kinds that have a line, but no row: the administration's log and the requests' events have it."""


@dataclass(frozen=True)
class Entry:
    """`actor` and `target` are ids such as `key:3`, `user:7` or `request:SM-7K2Q9M`."""

    kind: Kind
    actor: str
    target: str
    result: str
    source: str


def record(kind, actor="", *, target="", result="ok") -> None:
    """Write one line, and tell SECURITY_LOG_READERS. Without `actor` it is who asked for this."""
    entry = Entry(Kind(kind), actor or current_actor(), target, result, _source())
    log.info("%s: %s", entry.kind, result, extra=asdict(entry))
    for name in settings.SECURITY_LOG_READERS:
        import_string(name)(entry)


def record_once(kind, actor="", *, target="", result="ok") -> None:
    """The same at most once a minute: a page that asks again by itself fills no log."""
    actor = actor or current_actor()
    try:
        rate_limiter.take("security_log", f"{kind} {actor} {target} {result}", limit=_ONCE)
    except rate_limiter.TooMany:
        return
    record(kind, actor, target=target, result=result)


def answering(request) -> AbstractContextManager:
    """Inside, it is this request's visitor who does things."""
    return assigned(_request, request)


def current_actor() -> str:
    """Who is signed in, or the stranger; outside of requests the system's task or a command."""
    request = _request.get()
    if request is None:
        return "system" if request_id.current() else "command"
    return of_user(request.user) if is_signed_in(request) else _source()


def is_signed_in(request) -> bool:
    """Nobody without a session is asked for in the database."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def page_of(request) -> str:
    """Return the target of what happened to a request for this page, such as `page:desk`."""
    name = request.resolver_match.url_name if request.resolver_match else None
    return f"page:{name or 'unknown'}"


def search_target(words: str) -> str:
    """Return the target of a search for a person: a keyed hash, from which nobody can be told.

    The same words have the same target on one day.
    """
    return f"search:{_keyed('search', ' '.join(words.casefold().split()))}"


def of_user(user) -> str:
    return f"user:{user.pk}"


def stranger(address) -> str:
    """The actor of whoever came from this IP address and is not known."""
    return f"stranger:{_keyed('stranger', address)}"


def _keyed(kind, text) -> str:
    day = clock.now().date().isoformat()
    keyed = salted_hmac(f"{kind}:{day}", text, settings.LINK_SECRET, algorithm="sha256")
    return keyed.hexdigest()[:16]


def _source() -> str:
    request = _request.get()
    return stranger(client_address(request)) if request else ""
