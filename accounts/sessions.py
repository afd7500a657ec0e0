"""The sessions of staff: how long they last, and how they end in every browser at once.

Each carries a mark: when its person signed in, their last sign of life (written once a minute at
the most, and never for a poll), which limits hold, and the count of the person's row at that time.
A row that has counted on since then ends it, whatever a cache still knows.
"""

import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from itertools import chain
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Exists, F, OuterRef
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import City
from lib import clock
from lib.security_log import Kind, of_user, record

_MARK_KEY = "sign_in"
_SECONDS_BETWEEN_WRITES = 60  # seconds between two writes of the last sign of life
_END_REASON_SECONDS = 60 * 60 * 24  # seconds for which it is remembered why one session was ended

# Why one is over, as its person reads it at the next sign-in
END_REASONS = {
    "idle": _("You were signed out because you weren't active for %(time)s."),
    "age": _("You were signed out because you signed in more than %(time)s ago."),
    "password": _("You were signed out because your password was changed."),
    "role": _("You were signed out because your role or department was changed."),
    "off": _("You were signed out because your account was turned off."),
    "ended": _("You were signed out because you or an administrator ended this session."),
}


def limits_key(person) -> str:
    """Return which of SESSION_LIMITS hold; the shorter ones for who is also an agent."""
    at_a_desk = person.is_agent or person.is_lead or person.is_staff or person.is_supervisor
    return "crew" if person.roles and not at_a_desk else "desk"


def start_session(sender, request, user, **kwargs) -> None:
    """Mark the session of who signed in, and add it to their list."""
    request.session[_MARK_KEY] = _build_mark(user)
    request.user = user  # a request of a test, or of a shell, has none yet
    update_session_list(request)


def update_session_list(request) -> None:
    """Bring this session into its person's list, or what the list says of it up to date."""
    if not City.current().is_read_only:
        UserSession.objects.create_from_request(request)


def _build_mark(person) -> dict[str, Any]:
    now = _now_seconds()
    epoch = User.objects.values_list("session_epoch", flat=True).get(pk=person.pk)
    return {"at": now, "seen": now, "kind": limits_key(person), "epoch": epoch}


def load_user(request) -> AnonymousUser | User | None:
    """Return who is signed in. Where a session is over, `request.signed_out` says why.

    One that matches by an older SECRET_KEY stays what it is: a new key for it would sign out who
    has another request under way.
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


def _find_exceeded_limit(mark) -> str:
    """Return which limit the session has run into. Nobody can sign in while the city only reads."""
    if mark is None:
        return "ended"
    hours, minutes = settings.SESSION_LIMITS[mark["kind"]]
    if _now_seconds() - mark["at"] >= hours * 3600:
        return "age"
    is_idle = _now_seconds() - mark["seen"] >= minutes * 60
    return "idle" if is_idle and not City.current().is_read_only else ""


def _load_stored_user(session) -> User | None:
    backend = session.get(auth.BACKEND_SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    return auth.load_backend(backend).get_user(User._meta.pk.to_python(session[auth.SESSION_KEY]))


def _find_end_reason(session, mark, person) -> str:
    if person is None:
        return "off"
    hashes = chain([person.get_session_auth_hash()], person.get_session_auth_fallback_hash())
    given = session.get(auth.HASH_SESSION_KEY, "")
    if not any(constant_time_compare(given, each) for each in hashes):
        return "password"
    if mark["epoch"] < person.session_epoch:
        return person.sessions_ended_because
    return ""


def _sign_out_request(request, why, mark) -> AnonymousUser:
    request.signed_out = f"{why}.{mark['kind']}" if mark else why
    if not City.current().is_read_only:
        request.session.flush()
    return AnonymousUser()


def _read_end_reason(request) -> str:
    """Return why a session was ended by itself; its browser still sends its key."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return (
        cache.get(_end_reason_cache_key(key), "") if key and not request.session.session_key else ""
    )


def _end_reason_cache_key(key) -> str:
    return f"ended-session:{sha256(key.encode(errors='replace')).hexdigest()}"


def format_end_reason(code) -> str:
    """Return the sentence for what `request.signed_out` says; "" for what it never says."""
    why, _dot, kind = code.partition(".")
    hours, minutes = settings.SESSION_LIMITS.get(kind, (0, 0))
    spans = {"age": timedelta(hours=hours), "idle": timedelta(minutes=minutes)}
    return str(END_REASONS.get(why, "")) % {"time": clock.span(spans.get(why, timedelta()))}


def note_activity(request) -> None:
    """Note that the person did something, once a minute at the most.

    It is written by itself: the rest of the session may have been changed by another request
    meanwhile.
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


def list_sessions(person) -> list[UserSession]:
    """Return the sessions that are good, the latest sign of life (`seen_at`) first.

    Others are forgotten, but not while the city only reads.
    """
    person.refresh_from_db(fields=["session_epoch", "sessions_ended_because", "password"])
    found = []
    for row in UserSession.objects.filter(user=person):
        session = _open_session_store(row.session_key)
        if _is_valid(session, person):
            row.seen_at = datetime.fromtimestamp(session[_MARK_KEY]["seen"], UTC)
            found.append(row)
        elif not City.current().is_read_only:
            row.delete()
    return sorted(found, key=lambda row: row.seen_at, reverse=True)


def _is_valid(session, person) -> bool:
    mark = session.get(_MARK_KEY)
    is_theirs = session.get(auth.SESSION_KEY) == str(person.pk)
    return bool(
        is_theirs
        and mark
        and not _find_exceeded_limit(mark)
        and not _find_end_reason(session, mark, person)
    )


def end_session(row) -> None:
    """Sign out the one browser of this UserSession."""
    cache.set(_end_reason_cache_key(row.session_key), "ended", _END_REASON_SECONDS)
    _open_session_store(row.session_key).delete()
    row.delete()


def end_all_sessions(person) -> None:
    """Sign this person out of every browser."""
    _increment_epoch(person)
    record(Kind.SESSIONS_ENDED, target=of_user(person))


def _increment_epoch(person) -> None:
    User.objects.filter(pk=person.pk).update(
        session_epoch=F("session_epoch") + 1, sessions_ended_because="ended"
    )


def end_other_sessions(request) -> None:
    """Sign the person out of every other browser. The session that stays is written first: a poll
    that comes between the two must not find it ended.
    """
    mark = _build_mark(request.user)
    request.session[_MARK_KEY] |= {"epoch": mark["epoch"] + 1}
    request.session.save()
    _increment_epoch(request.user)
    record(Kind.SESSIONS_ENDED, target=of_user(request.user), result="others")


def keep_current_session(request) -> None:
    """Let the session go on in which the person changed a role of their own."""
    request.session[_MARK_KEY] |= {"epoch": _build_mark(request.user)["epoch"]}
    request.session.save()


def delete_expired_sessions() -> None:
    """Delete what is over, and what the lists know of it."""
    _open_session_store().clear_expired()
    rows = Session.objects.filter(pk=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(rows)).delete()


def _open_session_store(key=None) -> SessionBase:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _now_seconds() -> int:
    """Return seconds by the machine's clock, whatever time it is in the demo's story."""
    return int(time.time())
