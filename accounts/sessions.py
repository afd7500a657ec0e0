"""Sessions of staff: their limits, and their end in all browsers at once.

A session has a mark: the time of sign-in, the last activity (written at most once a minute, never
by a poll), the key of its limits, and the user's `session_epoch` at sign-in. A higher epoch in the
user's row ends the session, whatever a cache has.
"""

import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signed_in_request import SignedInRequest
from city.models import City
from lib import clock
from lib.security_log import Kind, format_user_id, record_action

_MARK_KEY = "sign_in"
_SECONDS_BETWEEN_WRITES = 60  # seconds between two writes of the last activity
_END_REASON_SECONDS = 60 * 60 * 24  # seconds for which it is remembered why one session was ended

# Why a session is over; its user reads this at the next sign-in.
END_REASONS = {
    "idle": _("You were signed out because you weren't active for %(time)s."),
    "age": _("You were signed out because you signed in more than %(time)s ago."),
    "password": _("You were signed out because your password was changed."),
    "role": _("You were signed out because your role or department was changed."),
    "off": _("You were signed out because your account was turned off."),
    "ended": _("You were signed out because you or an administrator ended this session."),
}


def limits_key(user: User) -> str:
    """Return a key of SESSION_LIMITS: "crew" for users who are only members of departments.

    All others have "desk", also users without a role.
    """
    at_a_desk = user.is_agent or user.is_lead or user.is_staff or user.is_supervisor
    return "crew" if user.roles and not at_a_desk else "desk"


def start_session(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Mark the session of a user who signed in, set `request.user`, and list the session.

    In read-only mode it is not listed (a receiver of the signal user_logged_in).
    """
    request.session[_MARK_KEY] = _build_mark(user)
    request.user = user  # requests of tests and of a shell have no user yet
    update_session_list(request)


def update_session_list(request: HttpRequest) -> None:
    """Add the current session to the list of sessions, or update its row; not in read-only mode."""
    if not City.current().is_read_only:
        UserSession.objects.create_from_request(request)


def _build_mark(user: User) -> dict[str, Any]:
    """Return {"at", "seen", "kind", "epoch"}, the mark of a session that begins now.

    "at" and "seen" are seconds since 1970, "kind" is `limits_key`; the epoch is queried.
    """
    now = _now_seconds()
    epoch = User.objects.values_list("session_epoch", flat=True).get(pk=user.pk)
    return {"at": now, "seen": now, "kind": limits_key(user), "epoch": epoch}


def load_user(request) -> AnonymousUser | User | None:
    """Return the signed-in user, or AnonymousUser without a session or if the session is over.

    A session that is over is flushed, except in read-only mode, and `request.signed_out` is set to
    a code for `format_end_reason`. A session that only an older SECRET_KEY validates keeps its key:
    a new one would sign out the user's parallel requests.
    """
    session = request.session
    if auth.SESSION_KEY not in session:
        request.signed_out = _read_end_reason(request)
        return AnonymousUser()
    mark = session.get(_MARK_KEY)
    person = None if _find_exceeded_limit(mark) else _load_stored_user(session)
    if why := _find_exceeded_limit(mark) or _find_end_reason(session, mark, person):
        return _sign_out_request(request, why, mark)
    return person


def _find_exceeded_limit(mark: dict[str, Any] | None) -> str:
    """Return "age", "idle", or "ended" without a mark; "" if the session is within its limits.

    In read-only mode nobody can sign in, so no session is too idle.
    """
    if mark is None:
        return "ended"
    hours, minutes = settings.SESSION_LIMITS[mark["kind"]]
    if _now_seconds() - mark["at"] >= hours * 3600:
        return "age"
    is_idle = _now_seconds() - mark["seen"] >= minutes * 60
    return "idle" if is_idle and not City.current().is_read_only else ""


def _load_stored_user(session: SessionBase) -> User | None:
    """Return the session's user; None if deleted, inactive or of a backend not in use."""
    backend = session.get(auth.BACKEND_SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    return auth.load_backend(backend).get_user(User._meta.pk.to_python(session[auth.SESSION_KEY]))


def _find_end_reason(session: SessionBase, mark: dict[str, Any] | None, user: User | None) -> str:
    """Return the key in END_REASONS why the session is not valid for `user`, or ""."""
    if user is None:
        return "off"
    hashes = chain([user.get_session_auth_hash()], user.get_session_auth_fallback_hash())
    given = session.get(auth.HASH_SESSION_KEY, "")
    if not any(constant_time_compare(given, each) for each in hashes):
        return "password"
    if mark and mark["epoch"] < user.session_epoch:
        return user.sessions_ended_because
    return ""


def _sign_out_request(request, why: str, mark: dict[str, Any] | None) -> AnonymousUser:
    """Flush the session, except in read-only mode, and return AnonymousUser.

    `request.signed_out` becomes a code such as "idle.desk", or only the reason without a mark.
    """
    request.signed_out = f"{why}.{mark['kind']}" if mark else why
    if not City.current().is_read_only:
        request.session.flush()
    return AnonymousUser()


def _read_end_reason(request: HttpRequest) -> str:
    """Return why the session was ended from elsewhere ("ended"), or "".

    Its browser still sends the key.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return (
        cache.get(_end_reason_cache_key(key), "") if key and not request.session.session_key else ""
    )


def _end_reason_cache_key(session_key: str) -> str:
    return f"ended-session:{sha256(session_key.encode(errors='replace')).hexdigest()}"


def format_end_reason(code: str) -> str:
    """Return the sentence for a code in `request.signed_out`, or "" for an unknown code."""
    why, _dot, kind = code.partition(".")
    hours, minutes = settings.SESSION_LIMITS.get(kind, (0, 0))
    spans = {"age": timedelta(hours=hours), "idle": timedelta(minutes=minutes)}
    return str(END_REASONS.get(why, "")) % {
        "time": clock.format_duration(spans.get(why, timedelta()))
    }


def note_activity(request: HttpRequest) -> None:
    """Store the time of activity in the session, at most once a minute; not in read-only mode.

    Only the mark is written, because another request may have changed the rest of the session
    meanwhile. A session that was ended meanwhile stays ended.
    """
    mark = request.session[_MARK_KEY]
    if _now_seconds() - mark["seen"] < _SECONDS_BETWEEN_WRITES or City.current().is_read_only:
        return
    if request.session.modified:
        request.session[_MARK_KEY] = mark | {"seen": _now_seconds()}
        return
    session = _open_session_store(request.session.session_key)
    if _MARK_KEY not in session:
        return  # it was ended meanwhile
    session[_MARK_KEY] |= {"seen": _now_seconds()}
    session.modified = True
    try:
        session.save()
    except UpdateError:
        session.delete()  # it was ended meanwhile, and a cache may have had it


class ListedSession(NamedTuple):
    """A valid session and the time of its last activity."""

    row: UserSession
    seen_at: datetime


def list_sessions(user: User) -> list[ListedSession]:
    """Return the valid sessions, the last active first; reload the user's epoch and password.

    Rows of other sessions are deleted, except in read-only mode.
    """
    user.refresh_from_db(fields=["session_epoch", "sessions_ended_because", "password"])
    found = []
    for row in UserSession.objects.filter(user=user):
        session = _open_session_store(row.session_key)
        if _is_valid(session, user):
            seen_at = datetime.fromtimestamp(session[_MARK_KEY]["seen"], UTC)
            found.append(ListedSession(row, seen_at))
        elif not City.current().is_read_only:
            row.delete()
    return sorted(found, key=lambda each: each.seen_at, reverse=True)


def _is_valid(session: SessionBase, user: User) -> bool:
    """Return True if the session belongs to `user`, has a mark and is not over."""
    mark = session.get(_MARK_KEY)
    is_theirs = session.get(auth.SESSION_KEY) == str(user.pk)
    return bool(
        is_theirs
        and mark
        and not _find_exceeded_limit(mark)
        and not _find_end_reason(session, mark, user)
    )


def end_session(row: UserSession) -> None:
    """Sign out one browser: delete its session and `row`, and cache the reason for a day."""
    cache.set(_end_reason_cache_key(row.session_key), "ended", _END_REASON_SECONDS)
    _open_session_store(row.session_key).delete()
    row.delete()


def end_all_sessions(user: User) -> None:
    """End all sessions of the user, also the current one, and record it in the security log."""
    _increment_epoch(user)
    record_action(Kind.SESSIONS_ENDED, target=format_user_id(user))


def _increment_epoch(user: User) -> None:
    """Increment the session epoch in the database, with the reason "ended".

    The instance `user` does not change.
    """
    User.objects.filter(pk=user.pk).update(
        session_epoch=F("session_epoch") + 1, sessions_ended_because="ended"
    )


def end_other_sessions(request: SignedInRequest) -> None:
    """End all sessions of the user but this one, and record it in the security log.

    The current session is written first, so that a poll in between does not find it ended.
    """
    mark = _build_mark(request.user)
    request.session[_MARK_KEY] |= {"epoch": mark["epoch"] + 1}
    request.session.save()
    _increment_epoch(request.user)
    record_action(Kind.SESSIONS_ENDED, target=format_user_id(request.user), result="others")


def keep_current_session(request: SignedInRequest) -> None:
    """Save the user's present epoch in the session, after a change of a role of their own."""
    request.session[_MARK_KEY] |= {"epoch": _build_mark(request.user)["epoch"]}
    request.session.save()


def delete_expired_sessions() -> None:
    """Delete expired sessions and their rows in the list of sessions."""
    _open_session_store().clear_expired()
    rows = Session.objects.filter(pk=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(rows)).delete()


def _open_session_store(key: str | None = None) -> SessionBase:
    """Return the configured SessionStore of a session key, or of a new session."""
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _now_seconds() -> int:
    """Return the real time in seconds, also in the demo, whose clock differs."""
    return int(time.time())
