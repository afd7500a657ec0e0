"""Step 1 of a report: photos and the category."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from city import danger, search
from city.models import Category, CategoryGroup
from lib.http import private_page, require_get_or_post
from lib.text import clean_line
from requests_app.actions.forms import list_form_errors
from requests_app.filing import corrections, drafts
from requests_app.filing.forms import CategoryForm, reportable_categories
from requests_app.filing.place import parse_link_point
from requests_app.filing.steps import danger_stop, photos
from requests_app.filing.steps.location import build_location_changes
from requests_app.filing.steps.sequence import (
    CATEGORY_STEP,
    LOCATION_STEP,
    find_draft,
    find_first_incomplete_step,
    get_or_create_draft,
    render_step,
)
from requests_app.middleware import ensure_device_key, has_device_key, set_error_status
from requests_app.models import Draft
from requests_app.photos import direct_upload


@require_safe
def start_report(request) -> HttpResponseRedirect:
    """Redirect to the first step with a new draft id. Nothing is saved before the first POST.

    The parameters `category` (a service code) and `at` (a point, as posters have it) are passed on.
    A browser without a key gets one.
    """
    ensure_device_key(request)
    query = {name: request.GET[name] for name in ("category", "at") if request.GET.get(name)}
    return redirect(CATEGORY_STEP.url(uuid.uuid4(), query=query or None))


@require_get_or_post
@private_page
def category_step(request, draft_id: uuid.UUID) -> HttpResponse:
    """Show the categories and photos; on POST, save them in a draft, created if needed.

    A valid POST redirects to the next step, an invalid one shows the page with 422. A draft that
    was sent redirects to its receipt. Raise Http404 for a draft of another browser.
    """
    is_post = request.method == "POST"
    find = get_or_create_draft if is_post else find_draft
    draft = find(request, draft_id)
    if draft and draft.service_request_id:
        return redirect("report_sent", draft_id)
    if draft and is_post:
        return _process_form(request, draft)
    saved = draft.category.service_code if draft and draft.category else ""
    chosen = clean_line(request.GET.get("category", saved))
    return render_category_step(
        request,
        draft_id,
        draft,
        q=request.GET.get("q", ""),
        chosen=chosen,
        at=request.GET.get("at", ""),
        link_problems=_list_link_problems(request.GET),
    )


def _list_link_problems(query: QueryDict) -> list[str]:
    """Return a message for each value of the link to this page that cannot be used."""
    code, at = clean_line(query.get("category", "")), query.get("at", "")
    problems = []
    if code and code not in reportable_categories():
        problems.append(_("You can't report this here anymore. Please choose another option."))
    if at and parse_link_point(at) is None:
        problems.append(_("We can't use the location in this link. You can choose one later."))
    return problems


def _process_form(request, draft: Draft) -> HttpResponse:
    """Save what the form contains, then answer as the pressed button demands.

    A draft without a location gets that of the link with which the report began. The buttons:
    "find" redirects to a search, "remove" removes a photo, the default redirects to the next step
    (in a correction to the first incomplete one). Return the page with errors of photos or of the
    category, or the page of a danger in the search text (422).
    """
    added = photos.add_photos(draft, direct_upload.collect_files(request).getlist("photos"))
    form = CategoryForm(request.POST)
    if form.is_valid():
        drafts.save_columns(draft, build_category_changes(draft, form.cleaned_data["category"]))
    if draft.latitude is None and (linked := parse_link_point(request.POST.get("at", ""))):
        drafts.save_columns(draft, build_location_changes(draft, linked))
    if "remove" in request.POST:
        photos.delete_photo(draft, request.POST["remove"])
    problems = [("photos", message) for message in added.problems]
    q, chosen = form["q"].value() or "", form["category"].value() or ""
    if "find" in request.POST and not problems:
        query = {"q": q, "category": chosen}
        return redirect(CATEGORY_STEP.url(draft.pk, query=query, fragment="choices"))
    if "remove" in request.POST and not problems:
        return redirect(CATEGORY_STEP.url(draft.pk))
    if stop := danger_stop.render_danger_stop(request, CATEGORY_STEP, draft, q):
        return stop
    problems += list_form_errors(form, {"category": "choices"})
    if not problems:
        copy_search_to_description(draft, form.cleaned_data["q"])
        after = find_first_incomplete_step(draft) if draft.corrects_id else LOCATION_STEP
        return redirect(after.url(draft.pk))

    shown = render_category_step(request, draft.pk, draft, q=q, chosen=chosen, problems=problems)
    return set_error_status(shown, added.refusal)


def build_category_changes(draft: Draft, category: Category) -> dict[str, object]:
    """Return the draft's columns to change when `category` is chosen; {} if it was chosen before.

    A new category resets the answers, the details step and the rejected duplicates.
    """
    if draft.category_id == category.pk:
        return {}
    return {"category": category, "answers": {}, "details_done": False, "not_these": []}


def copy_search_to_description(draft: Draft, searched: str) -> None:
    """Save the search text as the draft's description, unless the person wrote one.

    Each text is copied once, so that a description they deleted stays deleted. A new search
    replaces the text of an earlier one that was not edited.
    """
    is_untouched = draft.description in ("", draft.searched)
    if searched and searched != draft.searched and is_untouched:
        draft.description = draft.searched = searched
        draft.save(update_fields=["description", "searched"])


def render_category_step(
    request,
    draft_id: uuid.UUID,
    draft: Draft | None,
    *,
    q: str,
    chosen: str,
    problems: Sequence[tuple[str, str]] = (),
    at: str = "",
    link_problems: Sequence[str] = (),
) -> HttpResponse:
    """Return the page of the category step; to htmx only the list of categories found.

    `q` is the search text, `chosen` a service code, and `problems` are (anchor, message) pairs.
    `at` is the point in the link to this page, and `link_problems` are messages about that link.
    """
    q = clean_line(q)
    context = {
        "danger": danger.find_advice(q, denied_kinds=draft.no_danger if draft else ()),
        "photos": corrections.list_photos(draft) if draft else [],
        "most_photos": settings.MAX_PHOTOS,
        "q": q,
        "hits": _find_category_hits(q, chosen),
        "chosen": chosen,
        "groups": groups_with_categories(),
        "problems": problems,
        "link_problems": link_problems,
        "linked_location": parse_link_point(at),
        "unfinished_draft": None
        if draft or request.htmx or not has_device_key(request)
        else Draft.find_resumable(request.device_key),
    }
    template = "requests_app/filing/what.html#hits" if request.htmx else None
    return render_step(request, CATEGORY_STEP, draft, context, draft_id=draft_id, template=template)


def _find_category_hits(q: str, chosen: str) -> list[Category]:
    """Return the categories that match the search `q`, followed by the chosen one if missing.

    A `chosen` code that is not offered is ignored. Without `q`, only the chosen one is returned.
    """
    hits = search.find_categories(q) if q else []
    if chosen and chosen not in {category.service_code for category in hits}:
        hits = [*hits, *Category.objects.offered().filter(service_code=chosen)]
    return hits


def groups_with_categories() -> QuerySet[CategoryGroup]:
    """Return the groups in use, each with its reportable categories as the list `choices`."""
    categories = Category.objects.offered().order_by("position", "name")
    return CategoryGroup.objects.with_offered_categories().prefetch_related(
        Prefetch("categories", queryset=categories, to_attr="choices")
    )
