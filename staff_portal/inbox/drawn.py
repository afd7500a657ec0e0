"""The cards of the inbox as HTML.

A crew looks at the same jobs all day, and to draw a hundred cards takes most of the page's time: so
what is drawn from the same values is drawn once in a process. The template is given those values
alone, and never the rows, so no card can show anything that its key does not have.
"""

import secrets
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from santa311.lib import clock
from staff_portal.due import Due

MOST = 4096  # cards that a process remembers, some KB each
# What differs though the job is the same; no text that anybody types can have them in it.
_NUMBER, _HERE, _TOKEN = (f"hole-{secrets.token_hex(16)}" for _n in range(3))


class Kind(NamedTuple):
    icon: str
    name: str


class Person(NamedTuple):
    pk: int
    username: str
    get_full_name: str


class Job(NamedTuple):
    reference: str
    category: Kind
    where: str
    danger: str
    status: str
    priority: str
    outcome: str
    completed_at: datetime | None
    is_paused: bool
    assignee: Person | None


class Shot(NamedTuple):
    small: str
    is_ready: bool = True


class Face(NamedTuple):
    """All that the template reads of an InboxCard, by the same names."""

    row: Job
    photo: Shot | None
    is_pressing: bool
    plan: str
    due: Due | None
    words: str
    became: str
    also: tuple[str, ...]
    distance: str
    is_planned: bool
    can_be_planned: bool
    number: str = _NUMBER


def drawn(request, cards) -> list[tuple]:
    """Each card with its HTML, for the page that `request` asks for."""
    here, token = escape(request.get_full_path()), get_token(request)
    today = timezone.localdate(clock.now())
    return [(card, _filled(card, request.user, today, here, token)) for card in cards]


def _filled(card, user, today, here, token):
    face = _face(card)
    is_own = card.row.assignee_id == user.pk
    html = _draw(face, face.row.assignee if is_own else None, get_language(), today)
    html = html.replace(_NUMBER, str(card.number)).replace(_HERE, here)
    return mark_safe(html.replace(_TOKEN, token))  # noqa: S308 - the template escaped the rest


@lru_cache(MOST)
def _draw(face: Face, user: Person | None, language: str, today: date) -> str:
    """`today` counts, since a time of today is said otherwise than one of yesterday."""
    context = {"card": face, "user": user, "here": _HERE, "csrf_token": _TOKEN}
    return render_to_string("staff_portal/inbox/card.html", context)


def _face(card):
    row, photo = card.row, card.photo
    who = row.assignee
    return Face(
        row=Job(
            row.reference,
            Kind(row.category.icon, row.category.name),
            row.where,
            row.danger,
            row.status,
            row.priority,
            row.outcome,
            row.completed_at if card.became else None,
            row.is_paused,
            who and Person(who.pk, who.username, who.get_full_name()),
        ),
        photo=Shot(photo.small) if photo and photo.is_ready else None,
        is_pressing=card.is_pressing,
        plan=card.plan,
        due=card.due,
        words=card.words,
        became=card.became,
        also=tuple(card.also),
        distance=card.distance,
        is_planned=card.is_planned,
        can_be_planned=card.can_be_planned,
    )
