"""Texts of messages to followers: one composer per kind, as in `events`."""

from functools import partial
from typing import cast

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import clock
from notifications.models import Delivery
from notifications.wording.events import (
    Button,
    Composer,
    LinkEntry,
    Message,
    build_composer,
    can_still_be_disputed,
    compose_by_kind,
    compose_closure,
)
from notifications.wording.events import quote_comment as words_of
from notifications.wording.links import build_url
from requests_app.models import Event, FollowerLink, Photo, ServiceRequest, photo_link
from requests_app.status import Verb
from requests_app.timeline import badge

Kind = Delivery.Kind


def compose(delivery: Delivery) -> Message:
    """Return the message to a follower in the active language, with a URL to unsubscribe.

    A message about finished work has a second button to report that it is not fixed, unless the
    person follows a duplicate.
    """
    event = delivery.event
    link = cast(FollowerLink, delivery.follower_link)  # each message to a follower has one
    message = compose_by_kind(delivery, _COMPOSERS)
    # The news of a duplicate is that of its original.
    is_duplicate = link.follower.service_request_id != event.service_request_id
    there = build_follower_url(link, to="original" if is_duplicate else "")
    message.buttons = [Button(_("See the request"), there)]
    if event.verb == Verb.COMPLETE and not is_duplicate:
        message.buttons.append(Button(_("It's not fixed"), build_follower_url(link, to="dispute")))
    message.footnote = _("You get this because you follow this request.")
    message.stop = build_stop_url(link)
    return message


def build_follower_url(link: FollowerLink, to: str = "") -> str:
    """Return the absolute URL that opens the request for the follower, and then the page `to`."""
    return build_url("follower_link", link.follower.service_request.reference, link.token, to=to)


def build_stop_url(link: FollowerLink) -> str:
    """Return the absolute URL on which the follower unsubscribes."""
    return build_url("following_end", link.follower.service_request.reference, link.token)


def _quote_public_comment(event: Event) -> str:
    """Return the event's comment if it is public and not hidden; else ""."""
    told = event.comment
    return words_of(event) if told is not None and told.is_public else ""


_build_composer = partial(build_composer, quote=_quote_public_comment)
_compose_finished = _build_composer(
    gettext_lazy("The work is done: %(what)s"),
    gettext_lazy("The work is done"),
    gettext_lazy("%(department)s finished the work."),
)


def _compose_done(event: Event, row: ServiceRequest) -> Message:
    """Return that the work is done, with links to its public photos; for followers.

    If the request was never disputed, a paragraph says where to report that it is not fixed.
    """
    pictures = event.photos.filter(is_hidden=False).exclude(state=Photo.State.UNREADABLE)
    message = _compose_finished(event, row)
    if can_still_be_disputed(row):
        message.paragraphs.append(_("Not fixed? Tell us on the request page."))
    day = clock.format_absolute_date(localdate(event.at))
    message.entries = [
        LinkEntry(
            _("Photo of the finished work"),
            day,
            settings.BASE_URL + photo_link.photo_path(photo, 1920),
        )
        for photo in pictures
    ]
    return message


def _compose_closed(event: Event, row: ServiceRequest) -> Message:
    """Return, for followers, that the request was closed, headed by its public badge.

    The comment is quoted if it is public.
    """
    plainly = _("The city has closed this request.")
    return compose_closure(
        row, str(badge.public_badge(row).words), plainly, quote=_quote_public_comment(event)
    )


_COMPOSERS: dict[str, Composer] = {
    Kind.ROUTED: _build_composer(
        gettext_lazy("With %(department)s: %(what)s"),
        gettext_lazy("%(department)s has it now"),
        gettext_lazy("They have the request you follow. Work hasn't started yet."),
    ),
    Kind.PLANNED: _build_composer(
        gettext_lazy("Planned for %(day)s: %(what)s"),
        gettext_lazy("Planned for %(day)s"),
        gettext_lazy("%(department)s has planned the work."),
    ),
    Kind.DONE: _compose_done,
    Kind.CLOSED: _compose_closed,
    Kind.AGAIN: _build_composer(
        gettext_lazy("Reported as not fixed: %(what)s"),
        gettext_lazy("A resident says it's not fixed"),
        gettext_lazy("%(department)s will look at it again."),
    ),
    Kind.REOPENED: _build_composer(
        gettext_lazy("Reopened: %(what)s"),
        gettext_lazy("The city reopened it"),
    ),
    Kind.REPLY: _build_composer(
        gettext_lazy("Update on a request you follow: %(what)s"),
        gettext_lazy("Message from the city"),
    ),
}
