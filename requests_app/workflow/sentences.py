"""One sentence for each verb, as each audience reads it: an event and an Audience in, (text, icon)
out. The table of verbs says which is whose."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import danger
from city.models import Agency, Category
from city.names import name_of
from requests_app.models.event import FOLLOWER
from requests_app.permissions import Audience
from requests_app.status import Forgetting, Reminder, Status
from requests_app.workflow.actor_names import actor_name, crew_name, desk_name, holder_of
from santa311.lib import clock


def plain(words, icon):
    """A sentence of these lazily translated words, whoever reads it."""
    return lambda event, audience: (str(words), icon)


class _Facts(dict):
    """What a sentence may name of its event, looked up only where it does."""

    def __init__(self, event, who):
        super().__init__(who=who)
        self.event = event

    def __missing__(self, name):
        return _FACTS[name](self.event)


def _by(name):
    def sentence(words, icon):
        """`words` are lazily translated; they name `who` did it, and maybe one of _FACTS."""
        return lambda event, audience: (words % _Facts(event, name(event, audience)), icon)

    return sentence


by_desk, by_crew, by_actor = _by(desk_name), _by(crew_name), _by(actor_name)


def _subject(event) -> str:
    if event.subject_photo_id:
        return _("a photo")
    return _("some text") if event.subject_comment_id else _("the request")


_FACTS = {
    "what": _subject,
    "day": lambda event: clock.said_day(event.day),
    "category": lambda event: name_of(Category, event.code),
    "agency": lambda event: name_of(Agency, event.code),
}


def filed(event, audience):
    if audience is Audience.REPORTER and event.device_id:
        return _("You reported it."), "send"
    if event.actor_id:
        return _("Someone called 311 to report it."), "phone"
    if event.key_id:
        return _("It was reported through %(name)s.") % {"name": event.key.name}, "send"
    return _("It was reported."), "send"


def routed(event, audience):
    to = holder_of(event)
    if event.rule:
        rule = f" ({event.rule})" if audience is Audience.STAFF else ""
        return _("It went straight to %(department)s.") % {"department": to} + rule, "route"
    who = desk_name(event, audience)
    return _("%(who)s sent it to %(department)s.") % {"who": who, "department": to}, "route"


def assigned(event, audience):
    if event.assignee is None:
        return _("The job is unassigned."), "user"
    return _("The job is assigned to %(name)s.") % {"name": event.assignee.full_name}, "user"


def started(event, audience):
    if audience is Audience.STAFF:
        return _("%(who)s started work.") % {"who": crew_name(event, audience)}, "wrench"
    return _("A crew from %(department)s started work.") % {
        "department": holder_of(event)
    }, "wrench"


def asked(event, audience):
    if audience is Audience.REPORTER:
        return _("%(who)s asked you a question.") % {"who": actor_name(event, audience)}, "ask"
    return _("%(who)s asked the person who reported it a question.") % {
        "who": actor_name(event, audience)
    }, "ask"


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


def handed_over(event, audience):
    if audience is not Audience.STAFF:
        return _("A crew that worked on it sent photos."), "camera"
    who = crew_name(event, audience)
    return _("%(who)s worked on it before it moved, and sent this:") % {"who": who}, "camera"


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


def duplicate(event, audience):
    original = event.other_request
    if audience is not Audience.STAFF and not original.is_public:
        return _("It's the same as another request. You'll get updates on that one."), "merge"
    return _("It's the same as %(reference)s. You'll get updates on that one.") % {
        "reference": original.reference
    }, "merge"


def withdrawn(event, audience):
    if event.status_after != Status.CLOSED:
        return _("The person who reported it canceled. Others still follow it."), "undo"
    to_them = _("You canceled it.")
    return _by_reporter(
        event, audience, to_them, _("The person who reported it canceled it.")
    ), "undo"


def commented(event, audience):
    if n := _photos_without_words(event):
        return _added(event, audience, n), "camera"
    if event.device_id:
        return _("A resident wrote:"), "ask"
    if event.key_id:
        return _("Someone wrote through %(name)s:") % {"name": event.key.name}, "ask"
    if not event.actor_id:
        return _("Noted automatically:"), "inbox"
    return _("%(who)s wrote:") % {"who": actor_name(event, audience)}, "ask"


def reporter_wrote(event, audience):
    """In place of the comment's sentence where the timeline shows that the reporter wrote it."""
    if n := _photos_without_words(event):
        to_them = ngettext("You added a photo.", "You added %(n)s photos.", n)
        to_others = ngettext(
            "The person who reported it added a photo.",
            "The person who reported it added %(n)s photos.",
            n,
        )
        return _by_reporter(event, audience, to_them, to_others) % {"n": n}, "camera"
    return _by_reporter(
        event, audience, _("You wrote:"), _("The person who reported it wrote:")
    ), "ask"


def _photos_without_words(event) -> int:
    """How many photos the comment is, 0 where it has words. Of photos that were deleted since,
    nobody knows how many they were: they count as one.
    """
    return 0 if getattr(event, "words", None) else max(1, len(event.photos.all()))


def _added(event, audience, n) -> str:
    if event.device_id:
        words = ngettext("A resident added a photo.", "A resident added %(n)s photos.", n)
        return words % {"n": n}
    if event.key_id:
        words = ngettext(
            "Someone added a photo through %(name)s.",
            "Someone added %(n)s photos through %(name)s.",
            n,
        )
        return words % {"n": n, "name": event.key.name}
    words = ngettext("%(who)s added a photo.", "%(who)s added %(n)s photos.", n)
    return words % {"n": n, "who": actor_name(event, audience)}


def prioritised(event, audience):
    if event.code == "urgent":
        return _("%(who)s made it urgent.") % {"who": desk_name(event, audience)}, "alert"
    return _("%(who)s changed it to normal priority.") % {
        "who": desk_name(event, audience)
    }, "alert"


def flagged(event, audience):
    if audience is not Audience.STAFF:
        return _("We marked this as urgent."), "alert"
    kind = danger.name(event.code)
    return _("Danger words (%(kind)s) made it urgent.") % {"kind": kind}, "alert"


def reminded(event, audience):
    words = {
        Reminder.SOON: _("%(holder)s was reminded: it's due soon."),
        Reminder.LATE: _("It's late. The supervisor was notified."),
        Reminder.TWICE_LATE: _("It has taken twice the target time. The 311 lead was notified."),
    }[event.code]
    return words % {"holder": holder_of(event)}, "bell"


def forgotten(event, audience):
    reasons = dict(Forgetting.choices)
    return _("The contact details were deleted. %(reason)s.") % {
        "reason": reasons.get(event.code, event.code)
    }, "eye"
