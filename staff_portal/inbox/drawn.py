"""The cards of the inbox as HTML.

To draw a hundred cards takes most of the page's time: so what is drawn from the same values is
drawn once in a process. The template is given those values alone, and never the rows, so no card
can show anything that its key does not have. What is shown as it is, such as the place, is filled
in later: the card of one job serves all that stand alike.
"""

from datetime import datetime
from typing import NamedTuple

from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from lib import clock
from lib.rendered import RenderedOnce, hole
from staff_portal.due import Due

# What differs though a card is the same.
_NUMBER, _HERE, _TOKEN, _REFERENCE, _ADDRESS = (hole() for _ in range(5))
_WHERE, _PICTURE, _DUE, _DISTANCE = (hole() for _ in range(4))
_rendered = RenderedOnce("staff_portal/inbox/card.html", most=4_096)  # of some KB each


class Kind(NamedTuple):
    icon: str
    name: str


class Person(NamedTuple):
    pk: int
    full_name: str


class Job(NamedTuple):
    category: Kind
    danger: str
    status: str
    priority: str
    outcome: str
    completed_at: datetime | None
    is_paused: bool
    assignee: Person | None
    reference: str = _REFERENCE
    where: str = _WHERE


class Shot(NamedTuple):
    small: str = _PICTURE
    is_ready: bool = True


class Face(NamedTuple):
    """All that the template reads of an InboxCard, by the same names, and the job's `address`."""

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
    address: str = _ADDRESS


def drawn(request, cards) -> SafeString:
    """The items of a list of these, for the page that `request` asks for."""
    here, token = escape(request.get_full_path()), get_token(request)
    today = clock.today()
    each = [_filled(card, request.user, today, here, token) for card in cards]
    return mark_safe("".join(each))  # nosec B703 # noqa: S308 - a template rendered each


def _filled(card, user, today, here, token):
    """`today` is a value, since a time of today is said otherwise than one of yesterday."""
    row, due = card.row, card.due
    face = _face(card, due)
    return _rendered(
        card=face,
        user=face.row.assignee if row.assignee_id == user.pk else None,
        here=_HERE,
        csrf_token=_TOKEN,
        today=today,
        holes={
            _NUMBER: card.number,
            _HERE: here,
            _TOKEN: token,
            _REFERENCE: row.reference,
            _ADDRESS: reverse("job", args=[row.reference]),
            _WHERE: escape(row.where),
            _PICTURE: escape(card.photo.small) if face.photo else "",
            _DUE: escape(due.words) if due else "",
            _DISTANCE: escape(card.distance),
        },
    )


def _face(card, due):
    row, photo = card.row, card.photo
    who = row.assignee
    return Face(
        row=Job(
            Kind(row.category.icon, row.category.name),
            row.danger,
            row.status,
            row.priority,
            row.outcome,
            row.completed_at if card.became else None,
            row.is_paused,
            who and Person(who.pk, who.full_name),
        ),
        photo=Shot() if photo and photo.is_ready else None,
        is_pressing=card.is_pressing,
        plan=card.plan,
        due=due and due._replace(words=_DUE),
        words=card.words,
        became=card.became,
        also=tuple(card.also),
        distance=card.distance and _DISTANCE,
        is_planned=card.is_planned,
        can_be_planned=card.can_be_planned,
        is_unproved=card.is_unproved,
    )
