"""Form → verb → answer, the same at every door: residents' pages, the desk, a department's job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from requests_app import timeline, workflow
from requests_app.actions.forms import ActionForm
from requests_app.errors import DomainError, InvalidInput
from requests_app.middleware import refused
from requests_app.models import Device, Event, ServiceRequest
from requests_app.status import Verb


@dataclass(frozen=True)
class Action:
    """`noun` is the end of the address and the name of the form, which leads to `verb`.

    `said` is what a person reads once it is done. `run` is called instead of the workflow's
    function of that name.
    """

    noun: str
    verb: Verb
    form: type[ActionForm]
    said: str = ""
    run: Callable | None = None

    def carry_out(
        self,
        row: ServiceRequest,
        form: ActionForm,
        by: User | Device,
        arguments: Mapping[str, object] = MappingProxyType({}),
    ) -> Event | None:
        """Call the verb with what the form says and `arguments`, and return its event.

        Raises what the verb raises.
        """
        seen = {"seen": form.cleaned_data["seen"]} if "seen" in form.fields else {}
        act = self.run or workflow.FUNCTIONS[self.verb]
        return act(row, by=by, **seen, **arguments, **form.verb_arguments())


class Door:
    """Where one person does `action` to the request with this reference, in one HTTP request.

    `row` is that request as `load` found it; None before.
    """

    row = None

    def __init__(self, request, reference, action) -> None:
        self.request, self.reference, self.action = request, reference, action

    def load(self) -> None:
        """Sets `row`, anew each time. Raises Http404 for what this person may not see."""
        raise NotImplementedError

    def reload(self) -> None:
        """After a refusal: what the page shows may have changed."""
        self.load()

    @cached_property
    def by(self) -> Any:
        """Who acts: a User or a Device."""
        return self.request.user

    @cached_property
    def files(self) -> MultiValueDict:
        return self.request.FILES

    def form(self, data=None, files=None) -> ActionForm:
        return self.action.form(data, files, service_request=self.row, by=self.by)

    def check(self, form) -> None:
        """The answer where a person should look at what is in `form` first; None to go on."""

    def carry_out(self, form) -> Any:
        """The event of the verb; its errors are raised."""
        return self.action.carry_out(self.row, form, self.by)

    def is_done_already(self, form, refused) -> bool:
        """Whether the verb was refused because this very form was sent before."""
        return False

    def show(self, form, status, refused=None) -> HttpResponse:
        """The page again, with all that was typed; `refused` is the error of the workflow."""
        raise NotImplementedError

    def after(self, event) -> HttpResponse:
        """On to the next page; `event` is None for what was done already."""
        raise NotImplementedError


def events_since(refused, audience) -> list:
    """What the person had not seen when the verb was refused (None: it was not), as lines of the
    timeline.
    """
    return timeline.timeline(getattr(refused, "events", []), audience)


def perform(door) -> HttpResponse:
    """Do what the form of `door` says, and answer.

    A refused form comes back with everything typed in it: 422 for what is wrong with it, 413 for a
    photo that is too large, 503 for what is wrong with us, 409 with what happened meanwhile, 403
    where the person may not do it any more. What was done already by the same form, sent twice, is
    no refusal.
    """
    if door.row is None:
        door.load()
    form = door.form(door.request.POST, door.files)
    if not form.is_valid():
        return refused(door.show(form, 422), form.refusal)
    if (answer := door.check(form)) is not None:
        return answer
    try:
        event = door.carry_out(form)
    except InvalidInput as error:
        form.refuse(error)
        door.reload()
        return door.show(form, error.status_code)
    except DomainError as error:
        if door.is_done_already(form, error):
            return door.after(None)
        door.reload()
        return door.show(form, error.status_code, error)
    return door.after(event)
