"""The way of a crew's or a supervisor's action: why it was refused stands in its own form."""

from functools import cached_property

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from lib.http import prefers_json
from lib.text import clean_text
from requests_app.actions.perform import ActionHandler, list_unseen_events
from requests_app.errors import InvalidInput, NotAllowed
from requests_app.models import Event
from requests_app.permissions import Audience
from requests_app.photos import direct_upload
from staff_portal import photos


def refuse_another_person(request) -> None:
    """A phone that is handed on sends nobody's work in somebody else's name."""
    me = str(request.user.pk)
    if request.POST.get("by", me) != me:
        raise NotAllowed(_("Someone else filled this in. They need to sign in to send it."))


def sent_before(model, request, reference) -> Event | None:
    """The event of this very Completion, CrewAction or Handover (`model`), where it arrived before
    and only its answer was lost on the way.
    """
    key = photos.key_of(request)
    if key is None:
        return None
    mine = {"event__actor": request.user, "event__service_request__reference": reference}
    found = model.objects.filter(key=key, **mine).select_related("event__words").first()
    return found and found.event


def check_unchanged(event, words, code="") -> None:
    """What comes with the same key says the same, or nothing; words of the event that were changed
    or hidden since then are not compared. Raises InvalidInput.
    """
    told, words = event.comment, clean_text(words)
    is_as_written = told is not None and not (told.is_redacted or told.is_hidden)
    is_reworded = is_as_written and words not in ("", told.body)
    if is_reworded or code not in ("", event.code):
        raise InvalidInput("key", _("You already sent this. Your later changes weren't added."))


def done(request, *page) -> JsonResponse | HttpResponseRedirect:
    """On to the page of this name and arguments; a script is told its address."""
    if prefers_json(request):
        return JsonResponse({"then": resolve_url(*page)}, status=201)
    return redirect(*page)


class StaffActionHandler(ActionHandler):
    @cached_property
    def files(self) -> MultiValueDict:
        return direct_upload.files_of(self.request)

    def render_form(self, form, status, refused=None) -> HttpResponse:
        if refused:
            form.add_domain_error(refused)
        return self.page(form, status, list_unseen_events(refused, Audience.STAFF))

    def page(self, form, status, happened) -> HttpResponse:
        """The page with the form; `happened` are lines of the timeline that the person had not
        seen.
        """
        raise NotImplementedError
