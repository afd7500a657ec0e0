"""The handling of one action: form, verb, response. The same for residents, desk and crews."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from lib.lazy_text import LazyText
from requests_app import timeline, workflow
from requests_app.actions.forms import ActionForm
from requests_app.errors import DomainError, InvalidInput
from requests_app.middleware import set_error_status
from requests_app.models import Device, Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Verb


@dataclass(frozen=True)
class Action:
    """A verb that pages offer, with its form.

    `noun` is the last part of the URL and the name of the form. `done_message` is shown afterwards.
    `function` is called instead of the workflow's function.
    """

    noun: str
    verb: Verb
    form: type[ActionForm]
    done_message: LazyText = ""
    function: Callable | None = None

    def call_verb(
        self,
        row: ServiceRequest,
        form: ActionForm,
        by: User | Device,
        arguments: Mapping[str, object] = MappingProxyType({}),
    ) -> Event | None:
        """Call the verb's function with the form's data and `arguments`, and return the event.

        Return None if the verb changed nothing. Raise the DomainErrors of the verb.
        """
        seen = {"seen": form.cleaned_data["seen"]} if "seen" in form.fields else {}
        act = self.function or workflow.VERB_FUNCTIONS[self.verb]
        return act(row, by=by, **seen, **arguments, **form.verb_arguments())


class ActionHandler[Form: ActionForm]:
    """The handling of one HTTP request in which a person carries out `action` on a service request.

    `row` is the service request that `load` found; None before.
    """

    row: ServiceRequest | None = None

    def __init__(self, request: HttpRequest, reference: str, action: Action) -> None:
        self.request, self.reference, self.action = request, reference, action

    def load(self) -> None:
        """Set `row` from the database. Raise Http404 if the person may not see it."""
        raise NotImplementedError

    def reload(self) -> None:
        """Load the row again after a refusal, since it may have changed."""
        self.load()

    @cached_property
    def actor(self) -> Any:
        """Return the User or Device who acts; the signed-in user by default."""
        return self.request.user

    @cached_property
    def files(self) -> MultiValueDict:
        """Return the sent files, which the form gets."""
        return self.request.FILES

    def build_form(self, data: QueryDict | None = None, files: MultiValueDict | None = None) -> Any:
        """Return the action's form for the row and actor; unbound without `data`."""
        return self.action.form(data, files, service_request=self.row, by=self.actor)

    def get_warning_response(self, form: Form) -> HttpResponse | None:
        """Return a response that warns instead of carrying out the valid form; None to go on.

        None unless a subclass has a warning.
        """

    def call_verb(self, form: Form) -> Event | None:
        """Carry out the action, and return its event. Raise the DomainErrors of the verb."""
        assert self.row is not None  # `load` was called
        return self.action.call_verb(self.row, form, self.actor)

    def is_done_already(self, form: Form, refused: DomainError) -> bool:
        """Return whether the verb was refused because the same form was carried out before.

        False unless a subclass knows better.
        """
        return False

    def render_form(
        self, form: Form, status: int, refused: DomainError | None = None
    ) -> HttpResponse:
        """Return the page with the filled-in form and this status code.

        `refused` is the DomainError of the verb, None for an invalid form.
        """
        raise NotImplementedError

    def get_success_response(self, event: Event | None) -> HttpResponse:
        """Return the response after success; `event` is None if the form was carried out before."""
        raise NotImplementedError


def list_unseen_events(
    refused: DomainError | None, audience: Audience
) -> list[timeline.TimelineLine]:
    """Return the events of a StaleView as lines of the timeline; [] for another error or None."""
    return timeline.build_timeline(getattr(refused, "events", []), audience)


def handle_action(handler: ActionHandler) -> HttpResponse:
    """Validate the handler's form, carry out the action, and return the response.

    An error renders the form again with all input: 422 for invalid input, 413 for a photo that is
    too large, 503 for a busy server, 409 for unseen events or a changed status, 403 without
    permission. A form sent twice counts as a success.
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
