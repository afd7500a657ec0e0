"""The handling of one action: form, verb, response. The same for residents, desk and crews."""

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
from requests_app.middleware import set_error_status
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
    done_message: str = ""
    function: Callable | None = None

    def call_verb(
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
        act = self.function or workflow.VERB_FUNCTIONS[self.verb]
        return act(row, by=by, **seen, **arguments, **form.verb_arguments())


class ActionHandler:
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
    def actor(self) -> Any:
        """Who acts: a User or a Device."""
        return self.request.user

    @cached_property
    def files(self) -> MultiValueDict:
        return self.request.FILES

    def build_form(self, data=None, files=None) -> ActionForm:
        return self.action.form(data, files, service_request=self.row, by=self.actor)

    def get_warning_response(self, form) -> None:
        """The answer where a person should look at what is in `form` first; None to go on."""

    def call_verb(self, form) -> Any:
        """The event of the verb; its errors are raised."""
        return self.action.call_verb(self.row, form, self.actor)

    def is_done_already(self, form, refused) -> bool:
        """Whether the verb was refused because this very form was sent before."""
        return False

    def render_form(self, form, status, refused=None) -> HttpResponse:
        """The page again, with all that was typed; `refused` is the error of the workflow."""
        raise NotImplementedError

    def get_success_response(self, event) -> HttpResponse:
        """On to the next page; `event` is None for what was done already."""
        raise NotImplementedError


def list_unseen_events(refused, audience) -> list:
    """What the person had not seen when the verb was refused (None: it was not), as lines of the
    timeline.
    """
    return timeline.timeline(getattr(refused, "events", []), audience)


def handle_action(handler) -> HttpResponse:
    """Do what the form of `handler` says, and answer.

    A refused form comes back with everything typed in it: 422 for what is wrong with it, 413 for a
    photo that is too large, 503 for what is wrong with us, 409 with what happened meanwhile, 403
    where the person may not do it any more. What was done already by the same form, sent twice, is
    no refusal.
    """
    if handler.row is None:
        handler.load()
    form = handler.build_form(handler.request.POST, handler.files)
    if not form.is_valid():
        return set_error_status(handler.render_form(form, 422), form.refusal)
    if (answer := handler.get_warning_response(form)) is not None:
        return answer
    try:
        event = handler.call_verb(form)
    except InvalidInput as error:
        form.add_domain_error(error)
        handler.reload()
        return handler.render_form(form, error.status_code)
    except DomainError as error:
        if handler.is_done_already(form, error):
            return handler.get_success_response(None)
        handler.reload()
        return handler.render_form(form, error.status_code, error)
    return handler.get_success_response(event)
