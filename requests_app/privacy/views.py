"""The pages on which a person sees, downloads and deletes personal data.

The person comes by a mailed link or on the device that filed the requests. GET requests change
nothing, so that mail scanners may follow links.
"""

from dataclasses import dataclass

from django.conf import settings
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from city.models import Category
from lib.http import PRIVATE_CACHE_CONTROL, require_get_or_post
from lib.security_log import Kind, record_action
from lib.text import clean_line, clean_text
from requests_app import mail
from requests_app.actions.forms import list_form_errors
from requests_app.errors import TooManyAttempts
from requests_app.middleware import (
    forbid_offline_copies,
    get_or_create_device,
    refuse_staff,
    replace_device_key,
)
from requests_app.models import DataLink
from requests_app.personal_data import hints
from requests_app.privacy import export, retention
from requests_app.privacy.deletion import delete_personal_data, forget_device
from requests_app.privacy.forms import DeletionForm, DeviceDeletionForm, EmailForm
from requests_app.privacy.stored_data import PersonalData, find_by_device, find_by_email

MAIL_KIND = "your_data"


@dataclass(frozen=True)
class DataPage:
    """The data that a page shows: those of the address of `link`, or without one of the device."""

    personal_data: PersonalData
    link: DataLink | None = None
    token: str = ""

    def url(self, noun: str = "") -> str:
        """Return the URL of this page, or of its subpage `noun` (“file” or “deletion”)."""
        name = f"_{noun}" if noun else ""
        if self.link:
            return reverse(f"data_link{name}", args=[self.token])
        return reverse(f"data_device{name}")

    @property
    def file_url(self) -> str:
        """Return the URL of the ZIP file."""
        return self.url("file")

    @property
    def log_target(self) -> str:
        """Return “data:link” or “data:browser” for the security log, without the person."""
        return "data:link" if self.link else "data:browser"

    @property
    def deletion_url(self) -> str:
        return self.url("deletion")


@require_get_or_post
def request_data_link(request) -> HttpResponse:
    """Ask for an email address and mail a link to it. The response reveals nothing about it.

    An invalid address is a 422, too many mails a 429. Raise NotAllowed if staff send the form.
    """
    if request.method != "POST":
        return _render_request_page(request, EmailForm(), is_sent="sent" in request.GET)
    refuse_staff(request)
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _render_request_page(request, form, status=422)
    address = form.cleaned_data["email"]
    try:
        mail.request_mail(MAIL_KIND, to=address, asked_by=get_or_create_device(request))
    except TooManyAttempts as refused:
        form.add_error("email", str(refused.message))
        return _render_request_page(request, form, status=refused.status_code)
    mail.show_entered_address(request, address)
    return redirect(reverse("your_data") + "?sent")


def _render_request_page(
    request, form: Form, *, is_sent: bool = False, status: int = 200
) -> HttpResponse:
    """Return the page with the form and what the device has, never cached."""
    page = _load_by_device(request)
    context = {
        "form": form,
        "problems": list_form_errors(form),
        "is_sent": is_sent,
        "device_data": page.personal_data,
        "backup_days": settings.BACKUP_DAYS,
    }
    return _mark_private(
        render(request, "requests_app/privacy/your_data.html", context, status=status)
    )


@require_safe
def show_data(request, token: str | None = None) -> HttpResponse:
    """Show the data of the link, or of the device without a token. Raise Http404 if invalid."""
    page = _load_data_page(request, token)
    return _mark_private(
        render(request, "requests_app/privacy/stored_data.html", {"data_page": page})
    )


@require_safe
def download_data(request, token: str | None = None) -> HttpResponse | FileResponse:
    """Return the data as a ZIP file, and record this in the security log.

    Redirect to the page if there are no data. Raise Http404 for an invalid token.
    """
    page = _load_data_page(request, token)
    if not page.personal_data:
        return redirect(page.url())
    record_action(Kind.DATA_EXPORTED, target=page.log_target)
    archive = export.write_archive(page.personal_data)
    return _mark_private(FileResponse(archive, as_attachment=True, filename=export.FILE_NAME))


@require_get_or_post
def delete_data(request, token: str | None = None) -> HttpResponse:
    """Show a form; on POST delete the data and redirect. A device gets a new key.

    Redirect to `your_data` if the device has no data; an invalid form is a 422. Raise Http404 for
    an invalid token and NotAllowed for staff. The security log records every deletion.
    """
    page = _load_data_page(request, token)
    if not (page.link or page.personal_data):
        return redirect("your_data")
    form_of = DeletionForm if page.link else DeviceDeletionForm
    form = form_of(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _render_deletion_form(request, page, form)
    refuse_staff(request)
    device = get_or_create_device(request)
    if form.deletes_everything:
        delete_personal_data(page.personal_data, by=device, withdraw=form.withdraws)
    record_action(Kind.DATA_DELETED, target=page.log_target)
    if page.link:
        page.link.delete()
        return _redirect_to_deleted()
    forget_device(device)
    replace_device_key(request)
    return _redirect_to_deleted(form.cleaned_data["what"])


@require_safe
def show_deleted(request) -> HttpResponse:
    """Show the page after a deletion, after which the browser deletes its offline copies."""
    context = {"what": request.GET.get("what")}
    response = _mark_private(render(request, "requests_app/privacy/deleted.html", context))
    forbid_offline_copies(response)
    return response


def _load_data_page(request, token: str | None) -> DataPage:
    """Return the page of the token's link, or of the device without a token.

    Raise Http404 for an unknown or expired token.
    """
    return _load_by_link(token) if token else _load_by_device(request)


def _load_by_link(token: str) -> DataPage:
    """Return the page of the link's address. Raise Http404 if the link is unknown or expired."""
    link = DataLink.find_valid(token)
    if link is None:
        raise Http404
    return DataPage(find_by_email(link.address), link, token)


def _load_by_device(request) -> DataPage:
    """Return the page of the browser's device; empty for staff and without a device."""
    known = None if request.user.is_authenticated else request.device
    return DataPage(find_by_device(known or None))


def _render_deletion_form(request, page: DataPage, form: Form) -> HttpResponse:
    """Return the page with the form: 422 if it was sent, else 200."""
    status = 422 if form.is_bound else 200
    context = {
        "data_page": page,
        "form": form,
        "problems": list_form_errors(form),
        "backup_days": settings.BACKUP_DAYS,
    }
    return _mark_private(
        render(request, "requests_app/privacy/deletion.html", context, status=status)
    )


def _redirect_to_deleted(what: str = "") -> HttpResponseRedirect:
    """Redirect to the page after deletion; `what` is what a device was asked to delete, or ""."""
    return _mark_private(redirect(reverse("data_deleted", query={"what": what} if what else None)))


def _mark_private[Response: HttpResponseBase](response: Response) -> Response:
    """Set headers against caches, search engines and referrers; return the response."""
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL
    response["X-Robots-Tag"] = "noindex"
    # Other sites do not get the URL; "no-referrer" would also hide the origin, which CSRF needs.
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_safe
def privacy_notice(request) -> HttpResponse:
    """Show the privacy notice, with private and sensitive categories and retention periods."""
    categories = Category.objects.active().order_by("position", "name")
    context = {
        "private": categories.filter(is_private=True),
        "sensitive": categories.filter(is_private=False, is_location_sensitive=True),
        "backup_days": settings.BACKUP_DAYS,
        "link_days": settings.DAYS_A_LINK_LIVES_AFTER_CLOSING,
        "takes_replies": bool(settings.REPLY_DOMAIN),
        "draft_days": retention.DRAFT_LIFETIME.days,
    }
    return render(request, "requests_app/privacy/privacy.html", context)


MAX_WORDS_LENGTH = 4000
MAX_NAME_LENGTH = 120


@never_cache
@require_POST
def hint_personal_data(request) -> HttpResponse:
    """Return the hint on personal data in `words` as an HTML fragment, or 204 without findings.

    The text is not stored.
    """
    field = clean_line(request.POST.get("field", ""))[:20]
    text = clean_text(request.POST.get("words", "").replace("\0", ""))[:MAX_WORDS_LENGTH]
    reporter = clean_line(request.POST.get("name", ""))[:MAX_NAME_LENGTH]
    hint = hints.build_hint(field, text, reporter)
    if hint is None:
        return HttpResponse(status=204)
    return render(request, "components/personal_data_hint.html", {"hint": hint})
