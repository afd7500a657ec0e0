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
from lib.security_log import Kind, format_user_id, record_action

_MARK = "sign_in"
_EVERY = 60  # seconds between two writes of the last sign of life
_TOLD_FOR = 60 * 60 * 24  # seconds for which it is remembered why one session was ended

# Why one is over, as its person reads it at the next sign-in
BECAUSE = {
    "idle": _("You were signed out because you weren't active for %(time)s."),
    "age": _("You were signed out because you signed in more than %(time)s ago."),
    "password": _("You were signed out because your password was changed."),
    "role": _("You were signed out because your role or department was changed."),
    "off": _("You were signed out because your account was turned off."),
    "ended": _("You were signed out because you or an administrator ended this session."),
}


def kind_of(person) -> str:
    """Return which of SESSION_LIMITS hold; the shorter ones for who is also an agent."""
    at_a_desk = person.is_agent or person.is_lead or person.is_staff or person.is_supervisor
    return "crew" if person.roles and not at_a_desk else "desk"


def begin(sender, request, user, **kwargs) -> None:
    """Mark the session of who signed in, and add it to their list."""
    request.session[_MARK] = _mark_of(user)
    request.user = user  # a request of a test, or of a shell, has none yet
    list_it(request)


def list_it(request) -> None:
    """Bring this session into its person's list, or what the list says of it up to date."""
    if not City.current().is_read_only:
        UserSession.objects.create_from_request(request)


def _mark_of(person) -> dict[str, Any]:
    now = _now()
    epoch = User.objects.values_list("session_epoch", flat=True).get(pk=person.pk)
    return {"at": now, "seen": now, "kind": kind_of(person), "epoch": epoch}


def person_of(request) -> AnonymousUser | User | None:
    """Return who is signed in. Where a session is over, `request.signed_out` says why.

    One that matches by an older SECRET_KEY stays what it is: a new key for it would sign out who
    has another request under way.
    """
    session = request.session
    if auth.SESSION_KEY not in session:
        request.signed_out = _why_it_is_gone(request)
        return AnonymousUser()
    mark = session.get(_MARK)
    person = None if _limit_of(mark) else _stored_person(session)
    if why := _limit_of(mark) or _objection(session, mark, person):
        return _end(request, why, mark)
    return person


def _limit_of(mark) -> str:
    """Return which limit the session has run into. Nobody can sign in while the city only reads."""
    if mark is None:
        return "ended"
    hours, minutes = settings.SESSION_LIMITS[mark["kind"]]
    if _now() - mark["at"] >= hours * 3600:
        return "age"
    is_idle = _now() - mark["seen"] >= minutes * 60
    return "idle" if is_idle and not City.current().is_read_only else ""


def _stored_person(session) -> User | None:
    backend = session.get(auth.BACKEND_SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    return auth.load_backend(backend).get_user(User._meta.pk.to_python(session[auth.SESSION_KEY]))


def _objection(session, mark, person) -> str:
    if person is None:
        return "off"
    hashes = chain([person.get_session_auth_hash()], person.get_session_auth_fallback_hash())
    given = session.get(auth.HASH_SESSION_KEY, "")
    if not any(constant_time_compare(given, each) for each in hashes):
        return "password"
    if mark["epoch"] < person.session_epoch:
        return person.sessions_ended_because
    return ""


def _end(request, why, mark) -> AnonymousUser:
    request.signed_out = f"{why}.{mark['kind']}" if mark else why
    if not City.current().is_read_only:
        request.session.flush()
    return AnonymousUser()


def _why_it_is_gone(request) -> str:
    """Return why a session was ended by itself; its browser still sends its key."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return cache.get(_told(key), "") if key and not request.session.session_key else ""


def _told(key) -> str:
    return f"ended-session:{sha256(key.encode(errors='replace')).hexdigest()}"


def because(code) -> str:
    """Return the sentence for what `request.signed_out` says; "" for what it never says."""
    why, _dot, kind = code.partition(".")
    hours, minutes = settings.SESSION_LIMITS.get(kind, (0, 0))
    spans = {"age": timedelta(hours=hours), "idle": timedelta(minutes=minutes)}
    return str(BECAUSE.get(why, "")) % {"time": clock.format_duration(spans.get(why, timedelta()))}


def note_life(request) -> None:
    """Note that the person did something, once a minute at the most.

    It is written by itself: the rest of the session may have been changed by another request
    meanwhile.
    """
    mark = request.session[_MARK]
    if _now() - mark["seen"] < _EVERY or City.current().is_read_only:
        return
    if request.session.modified:
        request.session[_MARK] = mark | {"seen": _now()}
        return
    session = _store(request.session.session_key)
    if _MARK not in session:
        return  # it was ended meanwhile
    session[_MARK] |= {"seen": _now()}
    session.modified = True
    try:
        session.save()
    except UpdateError:
        session.delete()  # it was ended meanwhile, and a cache may have had it


def of(person) -> list[UserSession]:
    """Return the sessions that are good, the latest sign of life (`seen_at`) first.

    Others are forgotten, but not while the city only reads.
    """
    person.refresh_from_db(fields=["session_epoch", "sessions_ended_because", "password"])
    found = []
    for row in UserSession.objects.filter(user=person):
        session = _store(row.session_key)
        if _is_good(session, person):
            row.seen_at = datetime.fromtimestamp(session[_MARK]["seen"], UTC)
            found.append(row)
        elif not City.current().is_read_only:
            row.delete()
    return sorted(found, key=lambda row: row.seen_at, reverse=True)


def _is_good(session, person) -> bool:
    mark = session.get(_MARK)
    is_theirs = session.get(auth.SESSION_KEY) == str(person.pk)
    return bool(
        is_theirs and mark and not _limit_of(mark) and not _objection(session, mark, person)
    )


def end(row) -> None:
    """Sign out the one browser of this UserSession."""
    cache.set(_told(row.session_key), "ended", _TOLD_FOR)
    _store(row.session_key).delete()
    row.delete()


def end_all(person) -> None:
    """Sign this person out of every browser."""
    _count_on(person)
    record_action(Kind.SESSIONS_ENDED, target=format_user_id(person))


def _count_on(person) -> None:
    User.objects.filter(pk=person.pk).update(
        session_epoch=F("session_epoch") + 1, sessions_ended_because="ended"
    )


def end_others(request) -> None:
    """Sign the person out of every other browser. The session that stays is written first: a poll
    that comes between the two must not find it ended.
    """
    mark = _mark_of(request.user)
    request.session[_MARK] |= {"epoch": mark["epoch"] + 1}
    request.session.save()
    _count_on(request.user)
    record_action(Kind.SESSIONS_ENDED, target=format_user_id(request.user), result="others")


def stay(request) -> None:
    """Let the session go on in which the person changed a role of their own."""
    request.session[_MARK] |= {"epoch": _mark_of(request.user)["epoch"]}
    request.session.save()


def forget_ended() -> None:
    """Delete what is over, and what the lists know of it."""
    _store().clear_expired()
    rows = Session.objects.filter(pk=OuterRef("session_key"))
    UserSession.objects.exclude(Exists(rows)).delete()


def _store(key=None) -> SessionBase:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)


def _now() -> int:
    """Return seconds by the machine's clock, whatever time it is in the demo's story."""
    return int(time.time())
