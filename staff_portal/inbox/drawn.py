"""The cards of the inbox as HTML.

A crew looks at the same jobs all day, and to draw a hundred cards takes most of the page's time: so
what is drawn from the same values is drawn once in a process. The template is given those values
alone, and never the rows, so no card can show anything that its key does not have.
"""

from datetime import datetime
from typing import NamedTuple

from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from santa311.lib import clock
from santa311.lib.rendered import RenderedOnce, hole
from staff_portal.due import Due

# What differs though the job is the same.
_NUMBER, _HERE, _TOKEN = hole(), hole(), hole()
_rendered = RenderedOnce("staff_portal/inbox/card.html", most=4_096)  # of some KB each


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
    is_unproved: bool
    number: str = _NUMBER


def drawn(request, cards) -> SafeString:
    """The items of a list of these, for the page that `request` asks for."""
    here, token = escape(request.get_full_path()), get_token(request)
    today = timezone.localdate(clock.now())
    each = [_filled(card, request.user, today, here, token) for card in cards]
    return mark_safe("".join(each))  # nosec B703 # noqa: S308 - a template rendered each


def _filled(card, user, today, here, token):
    """`today` is a value, since a time of today is said otherwise than one of yesterday."""
    face = _face(card)
    is_own = card.row.assignee_id == user.pk
    return _rendered(
        card=face,
        user=face.row.assignee if is_own else None,
        here=_HERE,
        csrf_token=_TOKEN,
        today=today,
        holes={_NUMBER: str(card.number), _HERE: here, _TOKEN: token},
    )


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
        is_unproved=card.is_unproved,
    )
