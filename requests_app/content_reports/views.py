"""A reader says that something is wrong with a photo or a text of a request's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lib.http import private_page, require_get_or_post
from requests_app import workflow
from requests_app.content_reports.forms import ContentReportForm
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.tracking.access import RequestAccess, get_request
from requests_app.tracking.items import items_of


@require_get_or_post
@private_page
def content_reports(request, reference) -> HttpResponse:
    """Pick what it is, say why, send. What this reader does not see on the page is a 404."""
    found = get_request(request, reference)
    if request.method == "POST":
        return _send(request, found)
    if found.staff:
        return redirect("service_request", reference)
    if request.GET.keys() & {"sent", "again"}:
        return _page(request, found, "requests_app/content_reports/sent.html", {})
    return _form(request, found, items_of(found), ContentReportForm())


def _send(request, found) -> HttpResponse:
    refuse_staff(request)
    items = items_of(found)
    form = ContentReportForm(request.POST, by=get_or_create_device(request))
    if not form.is_valid():
        return _form(request, found, items, form, status=422)
    given = form.cleaned_data
    item = next((one for one in items if one.key == given["item"]), None)
    if item is None:
        raise Http404
    if form.stop.check_texts(form.typed):
        return _form(request, found, items, form, status=422)
    is_new = workflow.report_content(
        found.service_request,
        reason=given["reason"],
        by=form.by,
        photo=item.photo,
        comment=item.comment,
        text=given["words"],
    )
    return redirect(f"{request.path}?{'sent' if is_new else 'again'}=1")


def _form(request, found, items, form, status=200) -> HttpResponse:
    context = {"items": items, "form": form}
    return _page(request, found, "requests_app/content_reports/form.html", context, status)


def _page(
    request: HttpRequest,
    found: RequestAccess,
    template: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    context |= {
        "found": found,
        "service_request": found.service_request,
        "badge": found.badge,
        "is_possible": True,
    }
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
