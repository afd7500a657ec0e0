"""Your data: seen, carried away and deleted, by a mailed link or on the browser that reported.

Looking changes nothing, so that a mail scanner may open every address; only a button deletes.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from city.models import Category
from lib.http import OWN, page_with_form
from lib.security_log import Kind, record
from lib.text import clean, clean_line
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
from requests_app.privacy.deletion import delete, leave_device
from requests_app.privacy.forms import AddressForm, DeletionForm, DeviceDeletionForm
from requests_app.privacy.holdings import Holdings, of_address, of_device

LETTER = "your_data"


@dataclass(frozen=True)
class Shown:
    """Whose data a page shows: those of an address, or with no `link` those of this browser."""

    holdings: Holdings
    link: DataLink | None = None
    token: str = ""

    def url(self, noun="") -> str:
        name = f"_{noun}" if noun else ""
        if self.link:
            return reverse(f"data_link{name}", args=[self.token])
        return reverse(f"data_device{name}")

    @property
    def file(self) -> str:
        return self.url("file")

    @property
    def recorded_as(self) -> str:
        """In the security log, where nothing may tell whose address or browser it is."""
        return "data:link" if self.link else "data:browser"

    @property
    def deletion(self) -> str:
        return self.url("deletion")


@page_with_form
def ask(request) -> HttpResponse:
    """The page where an address is typed; the answer is the same whatever is kept about it."""
    if request.method != "POST":
        return _page(request, AddressForm(), is_sent="sent" in request.GET)
    refuse_staff(request)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    address = form.cleaned_data["email"]
    try:
        mail.request_mail(LETTER, to=address, asked_by=get_or_create_device(request))
    except TooManyAttempts as refused:
        form.add_error("email", str(refused.message))
        return _page(request, form, status=refused.status_code)
    return redirect(reverse("your_data") + "?sent")


def _page(request, form, *, is_sent=False, status=200) -> HttpResponse:
    here = _of_device(request)
    context = {
        "form": form,
        "problems": list_form_errors(form),
        "is_sent": is_sent,
        "here": here.holdings,
        "backup_days": settings.BACKUP_DAYS,
    }
    return _own(render(request, "requests_app/privacy/your_data.html", context, status=status))


@require_safe
def show(request, token=None) -> HttpResponse:
    shown = _shown(request, token)
    return _own(render(request, "requests_app/privacy/stored_data.html", {"shown": shown}))


@require_safe
def file(request, token=None) -> HttpResponseRedirect | FileResponse:
    shown = _shown(request, token)
    if not shown.holdings:
        return redirect(shown.url())
    record(Kind.DATA_EXPORTED, target=shown.recorded_as)
    archive = export.write(shown.holdings)
    return _own(FileResponse(archive, as_attachment=True, filename=export.NAME))


@page_with_form
def deletion(request, token=None) -> HttpResponse:
    """Of a browser everything, or only what it knows; either way it has a new key afterwards."""
    shown = _shown(request, token)
    if not (shown.link or shown.holdings):
        return redirect("your_data")
    form_of = DeletionForm if shown.link else DeviceDeletionForm
    form = form_of(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _ask_once_more(request, shown, form)
    refuse_staff(request)
    device = get_or_create_device(request)
    if form.deletes_everything:
        delete(shown.holdings, by=device, withdraw=form.withdraws)
    record(Kind.DATA_DELETED, target=shown.recorded_as)
    if shown.link:
        shown.link.delete()
        return _done()
    leave_device(device)
    replace_device_key(request)
    return _done(form.cleaned_data["what"])


@require_safe
def deleted(request) -> HttpResponse:
    context = {"what": request.GET.get("what")}
    response = _own(render(request, "requests_app/privacy/deleted.html", context))
    forbid_offline_copies(response)
    return response


def _shown(request, token) -> Shown:
    return _of_link(token) if token else _of_device(request)


def _of_link(token) -> Shown:
    link = DataLink.opened_by(token)
    if link is None:
        raise Http404
    return Shown(of_address(link.address), link, token)


def _of_device(request) -> Shown:
    known = None if request.user.is_authenticated else request.device
    return Shown(of_device(known or None))


def _ask_once_more(request, shown, form) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {
        "shown": shown,
        "form": form,
        "problems": list_form_errors(form),
        "backup_days": settings.BACKUP_DAYS,
    }
    return _own(render(request, "requests_app/privacy/deletion.html", context, status=status))


def _done(what="") -> HttpResponseRedirect:
    """`what` a device was asked to delete; by a mailed link it is everything of an address."""
    return _own(redirect(reverse("data_deleted", query={"what": what} if what else None)))


def _own(response) -> HttpResponse:
    response["Cache-Control"] = OWN
    response["X-Robots-Tag"] = "noindex"
    # Nobody is told the address; "no-referrer" would hide the form's origin too, and CSRF needs it.
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_safe
def privacy(request) -> HttpResponse:
    categories = Category.objects.active().order_by("position", "name")
    context = {
        "private": categories.filter(is_private=True),
        "sensitive": categories.filter(is_private=False, is_location_sensitive=True),
        "backup_days": settings.BACKUP_DAYS,
        "link_days": settings.DAYS_A_LINK_LIVES_AFTER_CLOSING,
        "draft_days": retention.DRAFTS_LIVE.days,
        "data_link_hours": DataLink.LIVES // timedelta(hours=1),
    }
    return render(request, "requests_app/privacy/privacy.html", context)


MOST_WORDS = 4000
LONGEST_NAME = 120


@never_cache
@require_POST
def words(request) -> HttpResponse:
    """The hint about `words` as a fragment, 204 where there is nothing to say. Nothing is kept."""
    field = clean_line(request.POST.get("field", ""))[:20]
    text = clean(request.POST.get("words", "").replace("\0", ""))[:MOST_WORDS]
    reporter = clean_line(request.POST.get("name", ""))[:LONGEST_NAME]
    hint = hints.about(field, text, reporter)
    if hint is None:
        return HttpResponse(status=204)
    return render(request, "components/personal_data_hint.html", {"hint": hint})
