"""The state of a page on which a person works on a request: its forms, and a refused attempt."""

from dataclasses import dataclass, field
from functools import cached_property

from requests_app import timeline
from requests_app.actions.forms import ActionForm
from requests_app.errors import DomainError
from requests_app.models import ServiceRequest


@dataclass(frozen=True)
class FormState:
    """The state of a form in the panel: whether it is open, what was typed, and its errors."""

    is_open: bool = False
    values: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warned: str = ""

    @classmethod
    def from_form(cls, form: ActionForm) -> "FormState":
        """Return the state of the bound `form`, open, with its values, errors and warnings."""
        values = {name: form[name].value() or "" for name in form.fields}
        return cls(is_open=True, values=values, problems=form.problems, warned=form.warned)

    @property
    def typed_words(self) -> str:
        """Return the text typed into the form's text area: the words, else the question."""
        return self.values.get("words") or self.values.get("question") or ""


@dataclass(frozen=True)
class Attempt:
    """An action that a person began: the form `opened_form` is open, filled with `form_state`.

    If `verb` was refused, `error` is the reason, and `seen_event_id` the last event that the person
    had seen.
    """

    opened_form: str = ""
    form_state: FormState | None = None
    verb: str = ""
    error: DomainError | None = None
    seen_event_id: int | None = None


class RequestPage:
    """A request as a person works on it, after an `attempt`."""

    def __init__(self, service_request: ServiceRequest, attempt: Attempt | None = None) -> None:
        self.service_request = service_request
        self.attempt = attempt or Attempt()

    @cached_property
    def forms(self) -> dict[str, FormState]:
        """Return the state of the opened form by its noun; {} if none is open."""
        opened, typed = self.attempt.opened_form, self.attempt.form_state
        return {opened: typed or FormState(is_open=True)} if opened else {}

    @cached_property
    def events(self) -> list:
        """Return the events of the request, oldest first."""
        return timeline.load_events(self.service_request)

    @cached_property
    def last_event_id(self) -> int:
        """Return the id of the latest event; each request has one."""
        return self.events[-1].pk

    @cached_property
    def missed_lines(self) -> list:
        """Return the timeline entries that the person did not see when acting, oldest first.

        Empty if the attempt has no `seen_event_id`.
        """
        since = self.attempt.seen_event_id
        return self.list_news_since(since) if since is not None else []

    def list_news_since(self, seen: int) -> list:
        """Return the timeline entries for staff after the event `seen`, oldest first.

        The person's own acts are included. Quiet events, such as comments, are left out.
        """
        return timeline.list_unseen_lines(self.events, seen)
