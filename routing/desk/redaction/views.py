"""Out of the public's sight: a photo or words are hidden, blacked out, replaced, shown again."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from requests_app import workflow
from requests_app.actions.forms import ActionForm, WithWords
from requests_app.errors import DomainError, InvalidInput, NotAllowed
from requests_app.models import Comment, Photo, ServiceRequest
from requests_app.photos import processing, storage
from routing.access import agents_only
from routing.desk.actions import go_on
from routing.desk.queue import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.redaction.forms import BlackOut, Replace
from routing.desk.redaction.page import Sight
from routing.desk.service_request.arrival import arrive
from routing.desk.service_request.page import Typed
from routing.desk.service_request.subject import Subject


def _subject(reference, photo=None, comment=None):
    """What the address names; a photo or comment of another request is a 404."""
    row = get_object_or_404(ServiceRequest.objects.select_related("category"), reference=reference)
    if photo:
        return Subject(row, photo=get_object_or_404(Photo, pk=photo, service_request=row))
    if comment:
        return Subject(row, comment=get_object_or_404(Comment, pk=comment, service_request=row))
    return Subject(row)


@require_safe
@agents_only
def page(request, reference, **named):
    return _show(request, Sight(_subject(reference, **named)))


@require_safe
@agents_only
def uncovered(request, reference, photo):
    """A photo without its black boxes, for the agent who draws them; it is kept nowhere."""
    found = _subject(reference, photo=photo).photo
    if not found.original:  # it was deleted with the words of a private request
        raise Http404
    try:
        sizes = processing.make_sizes_isolated(storage.read(found))
    except (OSError, processing.Unreadable) as error:
        raise Http404 from error
    response = HttpResponse(sizes[max(sizes)], content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@agents_only
def hiding(request, reference, **named):
    return _carry_out(request, _subject(reference, **named), "hiding", WithWords)


@require_POST
@agents_only
def showing(request, reference, **named):
    return _carry_out(request, _subject(reference, **named), "showing", ActionForm)


@require_POST
@agents_only
def redaction(request, reference, **named):
    form_class = BlackOut if "photo" in named else Replace
    return _carry_out(request, _subject(reference, **named), "redaction", form_class)


_VERBS = {"hiding": workflow.hide, "showing": workflow.unhide, "redaction": workflow.redact}


def _carry_out(request, subject, noun, form_class):
    form = form_class(request.POST)
    if not form.is_valid():
        return _refused(request, subject, noun, form)
    arguments = subject.verb_arguments | form.verb_arguments()
    row, seen = subject.service_request, form.cleaned_data["seen"]
    try:
        event = _VERBS[noun](row, by=request.user, seen=seen, **arguments)
    except NotAllowed:
        raise
    except InvalidInput as refused:
        form.add_error(None, refused.message)
        return _refused(request, subject, noun, form)
    except DomainError as refused:
        return _refused(request, subject, noun, form, refused)
    return go_on(Filters.from_query(request.GET, request.user), row, event)


def _refused(request, subject, noun, form, refused=None):
    typed = Typed.in_form(form)
    typed.values["boxes"] = form.cleaned_data.get("box")
    sight = Sight(
        subject,
        opened=noun,
        typed=typed,
        refused=refused,
        since=form.cleaned_data.get("seen"),
    )
    return _show(request, sight, status=refused.status_code if refused else 422)


def _show(request, sight, status=200):
    """The whole desk with the subject beside the queue; for htmx the one region it asked for."""
    filters = Filters.from_query(request.GET, request.user)
    arrive(request, sight.subject.service_request)
    context = {
        "sight": sight,
        "subject": sight.subject,
        "service_request": sight.subject.service_request,
        "page": QueuePage(filters),
        "is_chosen": True,
        "query": filters.query(),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    template = (
        "routing/desk/redaction/panel.html" if is_part else "routing/desk/redaction/desk.html"
    )
    response = render(request, template, context, status=status)
    if request.htmx and status == 200:
        response["HX-Push-Url"] = request.get_full_path()
    return response
