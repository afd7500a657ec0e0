"""A page with one form, with which a resident does one thing to one request."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect, render

from requests_app import timeline
from requests_app.errors import IllegalTransition, InvalidInput, StaleView
from requests_app.middleware import device_of, refuse_staff
from requests_app.models import Contact
from requests_app.personal_data import hints
from requests_app.photos import direct_upload, form_upload
from requests_app.replies.forms import Reply
from requests_app.status import Verb
from requests_app.timeline import badge
from requests_app.tracking.access import Found, find


@dataclass(frozen=True)
class Act:
    """Which `verb` (a function of the workflow) the form leads to, and the page it is on.

    `more` gives what only this page's template shows, from what was found.
    """

    verb: Verb
    carry_out: Callable
    form_class: type[Reply]
    template: str
    more: Callable[[Found], dict] = lambda found: {}


def act_page(request, reference, act):
    """Show the form, or do what it says and go back to the live page.

    A refused form comes back with everything typed in it: 422 for what is wrong with it, 413 for a
    photo that is too large, 503 for what is wrong with us, 409 with what happened meanwhile. What
    was done already by the same form, sent twice, is no refusal.
    """
    found = find(request, reference)
    if request.method != "POST":
        if act.verb not in found.verbs:
            return redirect("service_request", reference)
        return _render(request, found, act, act.form_class())
    refuse_staff(request)
    form = act.form_class(request.POST, direct_upload.files_of(request), device_of(request))
    if not form.is_valid():
        return _invalid(request, found, act, form)
    if form.stop.look(form.typed):
        return _render(request, found, act, form, status=422)
    if found.is_public and "as_it_is" not in request.POST:
        personal = _personal(request, found, form)
        if personal:
            return _render(request, found, act, form, status=422, **personal)
    return _carry_out(request, found, act, form)


def _invalid(request, found, act, form):
    return form_upload.refused(_render(request, found, act, form), form.refusal)


def _personal(request, found, form) -> dict:
    """What the page says about personal data in words that everyone will read; {} for nothing.

    Whoever pressed "Take it out" looks at what is left before it is sent.
    """
    reporter = _name_of(found)
    button = request.POST.get("take_out", "")
    left = hints.taken_out(button, {"words": form.typed}, reporter)
    words = left.get("words", form.typed)
    if left:
        form.change_words(words)
    hint = hints.about("words", words, reporter)
    return {"hint": hint, "is_taken_out": bool(left)} if hint or button else {}


def _name_of(found) -> str:
    """What the reporter called themselves, if it is they who write."""
    if not found.is_reporter:
        return ""
    names = Contact.objects.filter(service_request=found.service_request)
    return names.values_list("name", flat=True).first() or ""


def _carry_out(request, found, act, form):
    row, seen = found.service_request, form.cleaned_data["seen"]
    try:
        act.carry_out(row, by=device_of(request), seen=seen, **form.verb_arguments())
    except InvalidInput as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _render(request, _again(request, found), act, form, status=422)
    except (StaleView, IllegalTransition) as refused:
        if _is_sent_twice(refused, act, form):
            return _back(request, row.reference)
        now = _again(request, found)
        told = {"refused": refused, "happened": happened(refused, now)}
        return _render(request, now, act, form, status=refused.status_code, **told)
    return _back(request, row.reference)


def _is_sent_twice(refused, act, form) -> bool:
    """Whether all that happened is this very act, by this browser: its answer was lost."""
    first, *others = getattr(refused, "events", None) or [None]
    first = first and (first.caused_by or first)  # a comment is quiet, the flag it raised is not
    return (
        first is not None
        and (first.verb, first.device_id) == (act.verb, form.device.pk)
        and getattr(getattr(first, "words", None), "body", "")
        == form.verb_arguments().get("words", "")
        and all(each.caused_by_id == first.pk for each in others)
    )


def _again(request, found):
    return find(request, found.service_request.reference)


def happened(refused, found):
    """What the person had not seen, as the timeline tells it to them."""
    return timeline.timeline(getattr(refused, "events", []), found.audience)


def _back(request, reference):
    """To the live page; a reporter who left a private request cannot see it any more."""
    try:
        find(request, reference)
    except Http404:
        return redirect("my_requests")
    return redirect("service_request", reference)


def _render(request, found, act, form, status=200, **told):
    row = found.service_request
    context = (
        told
        | act.more(found)
        | {
            "found": found,
            "service_request": row,
            "form": form,
            "is_possible": act.verb in found.verbs,
            "can_comment": Verb.COMMENT in found.verbs,
            "badge": badge.for_reporter(row) if found.is_reporter else badge.for_others(row),
        }
    )
    response = render(request, act.template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
