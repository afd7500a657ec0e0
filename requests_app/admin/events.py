from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from requests_app.admin.large_tables import LargeTableAdmin
from requests_app.admin.read_only import ReadOnlyAdmin
from requests_app.models import Event, PendingEvent, UndoPoint
from requests_app.permissions import Audience
from requests_app.status import Verb
from requests_app.timeline.comments import reason_name
from requests_app.workflow import VERBS
from requests_app.workflow.sentences import format_sentence


@admin.display(description=gettext_lazy("who"))
def describe_actor(event: Event) -> str:
    """Return the actor of an event, translated: a person, an API key, a device, or the system.

    For example “Ana Diaz, for a resident”, “Front end (API key)”, “A resident (device 3)”.
    """
    if event.actor:
        name = event.actor.full_name
        return _("%(name)s, for a resident") % {"name": name} if event.on_behalf else name
    if event.key:
        return _("%(name)s (API key)") % {"name": event.key.name}
    return _("A resident (%s)") % event.device if event.device else _("The system")


@admin.display(description=gettext_lazy("what happened"))
def describe_event(event: Event) -> str:
    """Return the sentence that staff read in the timeline, with its reason.

    An undo names the verb that was undone; a verb without a sentence is named by its label.
    """
    if event.undoes:
        undone = event.undoes.get_verb_display()
        return _("%(who)s undid “%(what)s”.") % {"who": describe_actor(event), "what": undone}
    text = event.get_verb_display()
    if sentence := VERBS[Verb(event.verb)].sentence:
        text, _icon = format_sentence(sentence, event, Audience.STAFF)
    return f"{text} {reason_name(event)}".strip()


# The relations that describe_actor() and describe_event() read.
EVENT_RELATED = ["actor", "device", "assignee", "other_request", "undoes"]


class EventTextMixin:
    """A mixin with columns for the actor and the sentence of an event."""

    who, what = staticmethod(describe_actor), staticmethod(describe_event)


@admin.register(Event)
class EventAdmin(EventTextMixin, LargeTableAdmin):
    """The log of events, newest first, searched by reference or username."""

    list_display = ["at", "who", "what", "service_request", "status_after"]
    fields = [
        "at", "who", "what", "service_request", "status_before", "status_after", "department",
        "assignee", "day", "due_at", "rule", "other_request",
    ]  # fmt: skip
    ordering = ["-at", "-pk"]
    sortable_by = ["at"]
    list_filter = ["verb", "status_after", "on_behalf", "department"]
    related = EVENT_RELATED
    search_help_text = gettext_lazy("Search by request number or username")
    date_hierarchy = "at"

    def words_condition(self, typed: str) -> Q:
        """Return the condition that the username of the actor contains the text."""
        people = User.objects.filter(username__icontains=typed.strip())
        return Q(actor__any=people.values("pk"))


@admin.register(PendingEvent)
class PendingEventAdmin(ReadOnlyAdmin):
    """Events that a subscriber has not handled; an old one is a sign of trouble."""

    list_display = ["created_at", "event", "subscriber"]
    list_filter = ["subscriber"]


@admin.register(UndoPoint)
class UndoPointAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "event"]
