"""Reports by readers about a photo or a text on a request's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lib.http import private_page, require_get_or_post
from requests_app import workflow
from requests_app.content_reports.forms import ContentReportForm
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.tracking.access import RequestAccess, get_request_access
from requests_app.tracking.items import ReportableItem, load_reportable_items


@require_get_or_post
@private_page
def content_reports(request, reference: str) -> HttpResponse:
    """Show the form or the receipt, or save the posted report and redirect to the receipt.

    The receipt is “sent”, or “again” for a repeated report. An invalid form, and a danger in its
    text, show the form with 422. Staff are redirected to the live page; their POST raises
    NotAllowed. Raise Http404 for an item that this reader does not see on the page.
    """
    access = get_request_access(request, reference)
    if request.method == "POST":
        return _process_report(request, access)
    if access.staff:
        return redirect("service_request", reference)
    if request.GET.keys() & {"sent", "again"}:
        return _render_page(request, access, "requests_app/content_reports/sent.html", {})
    return _render_form(request, access, load_reportable_items(access), ContentReportForm())


def _process_report(request, access: RequestAccess) -> HttpResponse:
    """Save the report and redirect to the receipt.

    Return the form for an error or for a danger in the text (422). Raise NotAllowed for staff, and
    Http404 for an unknown item.
    """
    refuse_staff(request)
    items = load_reportable_items(access)
    form = ContentReportForm(request.POST, by=get_or_create_device(request))
    if not form.is_valid():
        return _render_form(request, access, items, form, status=422)
    given = form.cleaned_data
    item = next((one for one in items if one.key == given["item"]), None)
    if item is None:
        raise Http404
    if form.danger_stop.check_texts(form.typed_text):
        return _render_form(request, access, items, form, status=422)
    is_new = workflow.report_content(
        access.service_request,
        reason=given["reason"],
        by=form.by,
        photo=item.photo,
        comment=item.comment,
        text=given["words"],
    )
    return redirect(f"{request.path}?{'sent' if is_new else 'again'}=1")


def _render_form(
    request,
    access: RequestAccess,
    items: list[ReportableItem],
    form: ContentReportForm,
    status: int = 200,
) -> HttpResponse:
    context = {"items": items, "form": form}
    return _render_page(request, access, "requests_app/content_reports/form.html", context, status)


def _render_page(
    request: HttpRequest,
    access: RequestAccess,
    template: str,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    """Return the page with the request's context, not to be indexed by search engines."""
    context |= {
        "access": access,
        "service_request": access.service_request,
        "badge": access.badge,
        "is_possible": True,
    }
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
