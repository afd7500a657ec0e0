"""One sentence for each verb, as each audience reads it: an event and an Audience in, (text, icon)
out. The table of verbs says which is whose."""

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from city import danger
from city.models import Agency, Category
from city.names import name_of
from lib import clock
from requests_app.models.choices import Priority
from requests_app.models.event import FOLLOWER, Event
from requests_app.models.photo import Photo
from requests_app.permissions import Audience
from requests_app.status import Forgetting, Reminder, Status
from requests_app.workflow.actor_names import actor_name, crew_name, desk_name, holder_name


def plain(words, icon):
    """A sentence of these lazily translated words, whoever reads it."""
    return lambda event, audience: (str(words), icon)


class _Facts(dict):
    """What a sentence may name of its event, looked up only where it does."""

    def __init__(self, event, who):
        super().__init__()
        self.event, self.who = event, who

    def __missing__(self, name):
        return self.who() if name == "who" else _FACTS[name](self.event)


def _names(who):
    """Decorates what gives the words and the icon: the words may name `who` did it, and _FACTS."""

    def decorate(choose):
        def sentence(event, audience):
            words, icon = choose(event, audience)
            return words % _Facts(event, lambda: who(event, audience)), icon

        return sentence

    return decorate


def _by(who):
    def sentence(words, icon):
        """`words` are lazily translated; they name `who` did it, and maybe one of _FACTS."""
        return _names(who)(lambda event, audience: (words, icon))

    return sentence


by_desk, by_crew, by_actor = _by(desk_name), _by(crew_name), _by(actor_name)


def _subject(event) -> str:
    if event.subject_photo_id:
        return _("a photo")
    return _("some text") if event.subject_comment_id else _("the request")


def _photos_without_words(event) -> int:
    """How many photos the comment is, 0 where it has words. Of photos that were deleted since,
    nobody knows how many they were: they count as one.
    """
    return 0 if event.comment else max(1, len(event.photos.all()))


def _planned_day(event) -> str:
    """Return the day of a plan, "tomorrow" only in a line of today: others are read later."""
    is_of_today = clock.local(event.at).date() == clock.today()
    return clock.said_day(event.day) if is_of_today else clock.named_day(event.day)


_FACTS = {
    "what": _subject,
    "n": _photos_without_words,
    "department": holder_name,
    "holder": holder_name,
    "name": lambda event: event.key.name if event.key_id else event.assignee.full_name,
    "rule": lambda event: event.rule,
    "reference": lambda event: event.other_request.reference,
    "day": _planned_day,
    "category": lambda event: name_of(Category, event.code),
    "agency": lambda event: name_of(Agency, event.code),
    "kind": lambda event: danger.name(event.code),
    "reason": lambda event: dict(Forgetting.choices).get(event.code, event.code),
}


@_names(actor_name)
def filed(event, audience):
    if audience is Audience.REPORTER and event.device_id:
        return _("You reported it."), "send"
    if event.actor_id:
        return _("Someone called 311 to report it."), "phone"
    if event.key_id:
        return _("It was reported through %(name)s."), "send"
    return _("It was reported."), "send"


_CORRECTED = {
    "category": gettext_lazy("the kind of request"),
    "location": gettext_lazy("the location"),
    "answers": gettext_lazy("the answers"),
    "words": gettext_lazy("the description"),
    "photos": gettext_lazy("the photos"),
    "visibility": gettext_lazy("who can see it"),
}


def corrected(event: Event, audience: Audience) -> tuple[str, str]:
    """Name the corrected parts of the report, and for staff announce its earlier description."""
    parts = get_text_list([str(_CORRECTED[part]) for part in event.code.split()], _("and"))
    if audience is Audience.REPORTER:
        return _("You corrected %(parts)s.") % {"parts": parts}, "list"
    words = _("The person who reported it corrected %(parts)s.")
    if audience is Audience.STAFF and event.comment:
        words = _("The person who reported it corrected %(parts)s. The description was:")
    return words % {"parts": parts}, "list"


@_names(desk_name)
def routed(event, audience):
    if event.rule:
        rule = " (%(rule)s)" if audience is Audience.STAFF else ""
        return _("It went straight to %(department)s.") + rule, "route"
    return _("%(who)s sent it to %(department)s."), "route"


@_names(actor_name)
def assigned(event, audience):
    if event.assignee is None:
        return _("The job is unassigned."), "user"
    return _("The job is assigned to %(name)s."), "user"


@_names(crew_name)
def started(event, audience):
    if audience is Audience.STAFF:
        return _("%(who)s started work."), "wrench"
    return _("A crew from %(department)s started work."), "wrench"


@_names(actor_name)
def asked(event, audience):
    if audience is Audience.REPORTER:
        return _("%(who)s asked you a question."), "ask"
    return _("%(who)s asked the person who reported it a question."), "ask"


def answered(event, audience):
    if not event.device_id and not event.actor_id:
        return _("No answer came, so work continues without it."), "clock"
    return _by_reporter(
        event, audience, _("You answered."), _("The person who reported it answered.")
    ), "ask"


def _by_reporter(event, audience, to_them, to_others):
    """An agent may have done it for a caller; then the timeline says so."""
    if event.on_behalf:
        return to_others + " " + _("(311 entered this for them.)")
    return to_them if audience is Audience.REPORTER else to_others


@_names(crew_name)
def handed_over(event, audience):
    if audience is not Audience.STAFF:
        return _("A crew that worked on it sent photos."), "camera"
    return _("%(who)s worked on it before it moved, and sent this:"), "camera"


def confirmed(event, audience):
    to_them = _("You said it's fixed.")
    return _by_reporter(
        event, audience, to_them, _("The person who reported it said it's fixed.")
    ), "check"


def disputed(event, audience):
    if event.code == FOLLOWER:
        return _("A neighbor said it's not fixed."), "flag"
    to_them = _("You said it's not fixed.")
    return _by_reporter(event, audience, to_them, _("A resident said it's not fixed.")), "flag"


@_names(actor_name)
def duplicate(event, audience):
    if audience is not Audience.STAFF and not event.other_request.is_public:
        return _("It's the same as another request. You'll get updates on that one."), "merge"
    return _("It's the same as %(reference)s. You'll get updates on that one."), "merge"


def withdrawn(event, audience):
    if event.status_after != Status.CLOSED:
        return _("The person who reported it canceled. Others still follow it."), "undo"
    to_them = _("You canceled it.")
    return _by_reporter(
        event, audience, to_them, _("The person who reported it canceled it.")
    ), "undo"


@_names(actor_name)
def commented(event, audience):
    if n := _photos_without_words(event):
        return _added(event, n), "camera"
    if event.device_id:
        return _("A resident wrote:"), "ask"
    if event.key_id:
        return _("Someone wrote through %(name)s:"), "ask"
    if not event.actor_id:
        return _("Noted automatically:"), "inbox"
    return _("%(who)s wrote:"), "ask"


@_names(actor_name)
def reporter_wrote(event, audience):
    """In place of the comment's sentence where the timeline shows that the reporter wrote it."""
    if n := _photos_without_words(event):
        to_them = ngettext("You added a photo.", "You added %(n)s photos.", n)
        to_others = ngettext(
            "The person who reported it added a photo.",
            "The person who reported it added %(n)s photos.",
            n,
        )
        return _by_reporter(event, audience, to_them, to_others), "camera"
    return _by_reporter(
        event, audience, _("You wrote:"), _("The person who reported it wrote:")
    ), "ask"


def _added(event, n) -> str:
    if any(photo.kind == Photo.Kind.BEFORE for photo in event.photos.all()):
        return ngettext(
            "%(who)s added a photo from before the work.",
            "%(who)s added %(n)s photos from before the work.",
            n,
        )
    if event.device_id:
        return ngettext("A resident added a photo.", "A resident added %(n)s photos.", n)
    if event.key_id:
        return ngettext(
            "Someone added a photo through %(name)s.",
            "Someone added %(n)s photos through %(name)s.",
            n,
        )
    return ngettext("%(who)s added a photo.", "%(who)s added %(n)s photos.", n)


@_names(desk_name)
def prioritised(event, audience):
    if event.code == Priority.URGENT:
        return _("%(who)s made it urgent."), "alert"
    return _("%(who)s changed it to normal priority."), "alert"


@_names(actor_name)
def flagged(event, audience):
    if audience is not Audience.STAFF:
        return _("We marked this as urgent."), "alert"
    return _("A possible emergency (%(kind)s) made it urgent."), "alert"


@_names(actor_name)
def reminded(event, audience):
    return {
        Reminder.SOON: _("%(holder)s was reminded: it's due soon."),
        Reminder.LATE: _("It's late. The supervisor was notified."),
        Reminder.TWICE_LATE: _("It has taken twice the target time. The 311 lead was notified."),
    }[event.code], "bell"


def date_moved(event: Event, audience: Audience) -> tuple[str, str]:
    """Say why; the line of the timeline goes on with the new date."""
    return _("The city's holidays or working days changed."), "calendar"


def imported(event: Event, audience: Audience) -> tuple[str, str]:
    """Say that another system did all of the work."""
    return _("Opened and closed in a previous system."), "inbox"
