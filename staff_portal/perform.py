"""Handling of submitted forms of crews and supervisors."""

from collections.abc import Sequence
from functools import cached_property

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.signed_in_request import SignedInRequest
from lib.http import prefers_json
from lib.text import clean_text
from requests_app.actions.forms import ActionForm
from requests_app.actions.handler import ActionHandler, list_unseen_events
from requests_app.errors import DomainError, InvalidInput, NotAllowed
from requests_app.models import Completion, CrewAction, Event, Handover, ServiceRequest
from requests_app.permissions import Audience
from requests_app.photos import direct_upload
from requests_app.timeline import TimelineLine
from staff_portal import photos


def check_form_owner(request: SignedInRequest) -> None:
    """Raise NotAllowed if another person filled in the form on this phone.

    `by` in the form has the id of that person; without `by` the form passes.
    """
    me = str(request.user.pk)
    if request.POST.get("by", me) != me:
        raise NotAllowed(_("Someone else filled this in. They need to sign in to send it."))


def find_earlier_submission(
    model: type[Completion | CrewAction | Handover], request: SignedInRequest, reference: str
) -> Event | None:
    """Return the event of the user's earlier submission of this form for the job, or None.

    The form's key is looked up in `model`, which stores the keys of this kind of form.
    """
    key = photos.read_form_key(request)
    if key is None:
        return None
    mine = {"event__actor": request.user, "event__service_request__reference": reference}
    found = model.objects.filter(key=key, **mine).select_related("event__words").first()
    return found.event if found else None


def check_resubmission_unchanged(event: Event, words: str, code: str = "") -> None:
    """Raise InvalidInput if a form sent again differs from the `event` of its first submission.

    Empty `words` or `code` are not compared, nor words that were redacted or hidden since then.
    """
    comment, words = event.comment, clean_text(words)
    is_reworded = (
        comment is not None
        and not (comment.is_redacted or comment.is_hidden)
        and words not in ("", comment.body)
    )
    if is_reworded or code not in ("", event.code):
        raise InvalidInput("key", _("You already sent this. Your later changes weren't added."))


def redirect_after_action(request: HttpRequest, *page: str) -> JsonResponse | HttpResponseRedirect:
    """Redirect to the page with this URL name and arguments.

    A script that asked for JSON gets a 201 with the URL as `then`.
    """
    if prefers_json(request):
        return JsonResponse({"then": resolve_url(*page)}, status=201)
    return redirect(*page)


class StaffActionHandler[Form: ActionForm](ActionHandler[Form]):
    """An action of a crew or a supervisor; a refused form is shown again on its page."""

    request: SignedInRequest
    row: ServiceRequest  # set by load()

    @cached_property
    def files(self) -> MultiValueDict:
        """Return the uploaded files, with the form's direct uploads added under "photos"."""
        return direct_upload.collect_files(self.request)

    def render_form(
        self, form: Form, status: int, refused: DomainError | None = None
    ) -> HttpResponse:
        """Render the page with `form`, the error `refused` in it, and events not seen yet."""
        if refused:
            form.add_domain_error(refused)
        return self.render_page(form, status, list_unseen_events(refused, Audience.STAFF))

    def render_page(
        self, form: Form, status: int, happened: Sequence[TimelineLine]
    ) -> HttpResponse:
        """Return the page with `form`; subclasses must do this.

        `happened` are timeline lines that the user has not seen.
        """
        raise NotImplementedError
