"""The words of the messages to followers: the same steps as the reporter's, of another's request.

One function for each kind, as in `events`, whose parts it uses.
"""

from functools import partial

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import clock
from notifications.models import Delivery
from notifications.wording.events import (
    Button,
    Entry,
    Message,
    begun,
    closed,
    may_be_disputed_still,
    step,
    url_of,
)
from notifications.wording.events import words as words_of
from requests_app.models import Photo, photo_link
from requests_app.status import Verb
from requests_app.timeline import badge

Kind = Delivery.Kind


def compose(delivery) -> Message:
    """Return the message to a follower, in the language that is active."""
    event, link = delivery.event, delivery.follower_link
    message, url = begun(delivery, _COMPOSE), follower_url(link)
    # The news of a duplicate is that of its original.
    is_duplicate = link.follower.service_request_id != event.service_request_id
    there = f"{url}?to=original" if is_duplicate else url
    message.buttons = [Button(_("See the request"), there)]
    if event.verb == Verb.COMPLETE and not is_duplicate:
        message.buttons.append(Button(_("It's not fixed"), f"{url}?to=dispute"))
    message.footnote = _("You get this because you follow this request.")
    message.stop = stop_url(link)
    return message


def follower_url(link) -> str:
    return url_of("follower_link", link.follower.service_request.reference, link.token)


def stop_url(link) -> str:
    return url_of("following_end", link.follower.service_request.reference, link.token)


def _public_words(event) -> str:
    told = event.comment
    return words_of(event) if told is not None and told.is_public else ""


_step = partial(step, quote=_public_words)
_finished = _step(
    gettext_lazy("The work is done: %(what)s"),
    gettext_lazy("The work is done"),
    gettext_lazy("%(department)s finished the work."),
)


def _done(event, row) -> Message:
    pictures = event.photos.filter(is_hidden=False).exclude(state=Photo.State.UNREADABLE)
    message = _finished(event, row)
    if may_be_disputed_still(row):
        message.paragraphs.append(_("Not fixed? Tell us on the request page."))
    day = clock.format_absolute_date(localdate(event.at))
    message.entries = [
        Entry(
            _("Photo of the finished work"),
            day,
            settings.BASE_URL + photo_link.photo_path(photo, 1920),
        )
        for photo in pictures
    ]
    return message


def _closed(event, row) -> Message:
    plainly = _("The city has closed this request.")
    return closed(row, badge.public_badge(row).words, plainly, quote=_public_words(event))


_COMPOSE = {
    Kind.ROUTED: _step(
        gettext_lazy("With %(department)s: %(what)s"),
        gettext_lazy("%(department)s has it now"),
        gettext_lazy("They have the request you follow. Work hasn't started yet."),
    ),
    Kind.PLANNED: _step(
        gettext_lazy("Planned for %(day)s: %(what)s"),
        gettext_lazy("Planned for %(day)s"),
        gettext_lazy("%(department)s has planned the work."),
    ),
    Kind.DONE: _done,
    Kind.CLOSED: _closed,
    Kind.AGAIN: _step(
        gettext_lazy("Reported as not fixed: %(what)s"),
        gettext_lazy("A resident says it's not fixed"),
        gettext_lazy("%(department)s will look at it again."),
    ),
    Kind.REOPENED: _step(
        gettext_lazy("Reopened: %(what)s"),
        gettext_lazy("The city reopened it"),
    ),
    Kind.REPLY: _step(
        gettext_lazy("Update on a request you follow: %(what)s"),
        gettext_lazy("Message from the city"),
    ),
}
