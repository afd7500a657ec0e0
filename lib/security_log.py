"""The security log: one line per action that an auditor asks for, of the logger `security`.

A line has the kind of the action, the actor, the target, the result, the source and the request id.
Members of staff are identified by their id, never by a name. A stranger is identified by a keyed
hash of the address that changes every day, so that one day's lines of one stranger can be linked,
but nobody can be identified. The source is the same hash. docs/reference/security-log.csv lists the
kinds.
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
from lib.context_variables import override_context_variable
from lib.http import client_address

log = logging.getLogger("security")
_request = ContextVar("the request that is answered", default=None)
_ONCE_A_MINUTE = "1/minute"


class Kind(TextChoices):
    """The kinds of actions, as the log and the administration name them."""

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


KINDS_WITHOUT_ROW = {Kind.SETTING_CHANGED, Kind.KEY_FILED, Kind.KEY_TRIED, Kind.KEY_UPDATED}
"""Kinds with a line, but no row: the administration's log or the requests' events have it."""


@dataclass(frozen=True)
class Entry:
    """An entry of the log. `actor` and `target` are ids: `key:3`, `user:7`, `request:SM-7K2Q9M`."""

    kind: Kind
    actor: str
    target: str
    result: str
    source: str


def record_action(kind, actor="", *, target="", result="ok") -> None:
    """Log an action and call SECURITY_LOG_READERS. `actor` defaults to the current actor.

    Raise ValueError if `kind` is not a Kind.
    """
    entry = Entry(Kind(kind), actor or current_actor(), target, result, _request_source())
    log.info("%s: %s", entry.kind, result, extra=asdict(entry))
    for name in settings.SECURITY_LOG_READERS:
        import_string(name)(entry)


def record_action_once_a_minute(kind, actor="", *, target="", result="ok") -> None:
    """Log an action unless the same one was logged within a minute, for pages that poll.

    The same one has equal kind, actor, target and result.
    """
    actor = actor or current_actor()
    try:
        rate_limiter.count_attempt(
            "security_log", f"{kind} {actor} {target} {result}", limit=_ONCE_A_MINUTE
        )
    except rate_limiter.RateLimitExceeded:
        return
    record_action(kind, actor, target=target, result=result)


def bind_request(request) -> AbstractContextManager:
    """Return a context manager that makes the visitor of `request` the current actor."""
    return override_context_variable(_request, request)


def current_actor() -> str:
    """Return the id of the user or stranger; "system" in a task, "command" in a command."""
    request = _request.get()
    if request is None:
        return "system" if request_id.get_request_id() else "command"
    return format_user_id(request.user) if is_authenticated(request) else _request_source()


def is_authenticated(request) -> bool:
    """Return True if the user is signed in. Without a session cookie, no query is made."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def page_target(request) -> str:
    """Return the page of the request as a target, such as `page:desk` or `page:unknown`."""
    name = request.resolver_match.url_name if request.resolver_match else None
    return f"page:{name or 'unknown'}"


def search_target(words: str) -> str:
    """Return "search:" and a keyed hash, 16 hex digits, of the words of a search for a person.

    The same words, whatever their case and blanks, have the same target on one day in UTC.
    """
    return f"search:{_daily_hash('search', ' '.join(words.casefold().split()))}"


def format_user_id(user) -> str:
    """Return "user:12" for the user with the primary key 12."""
    return f"user:{user.pk}"


def format_stranger_id(address) -> str:
    """Return "stranger:" and a keyed hash of the IP address, which changes each UTC day."""
    return f"stranger:{_daily_hash('stranger', address)}"


def _daily_hash(kind, text) -> str:
    """Return 16 hex digits of a hash keyed with LINK_SECRET, the kind and the UTC day."""
    day = clock.now().date().isoformat()
    keyed = salted_hmac(f"{kind}:{day}", text, settings.LINK_SECRET, algorithm="sha256")
    return keyed.hexdigest()[:16]


def _request_source() -> str:
    """Return the id of a stranger with the request's address, "" without a request."""
    request = _request.get()
    return format_stranger_id(client_address(request)) if request else ""
