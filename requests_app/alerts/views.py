"""Asking for an alert, its links in messages, and the alerts of a device: see all, end one."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from lib.http import parse_number, private_page, require_get_or_post
from lib.text import clean_short_line
from requests_app.actions.forms import list_form_errors
from requests_app.alerts import saved
from requests_app.alerts.ended import describe_ended, read_ended, sign_ended
from requests_app.alerts.forms import AlertForm, build_initial
from requests_app.browsing.filters import Filters
from requests_app.errors import TooManyAttempts
from requests_app.mail import show_entered_address
from requests_app.middleware import get_or_create_device, refuse_staff, set_error_status
from requests_app.models import Alert
from requests_app.models.alert import MAX_PER_OWNER
from requests_app.push.endpoints import is_push_on
from requests_app.push.views import check_push_is_on

_MAX_NEAR_LENGTH = 200
_TOO_MANY = _(
    "We sent 3 emails to confirm alerts in the last hour. Check your email, or ask for the next "
    "alert in an hour."
)


@require_get_or_post
@private_page
def new_alert(request) -> HttpResponse:
    """Show or process the form. Its first values are the list's filters and `near`, a location.

    An alert for notifications is added at once. One by email has to be confirmed, and the page
    after it does not tell whether the address is known. Return the form with errors (422), or with
    a message after too many requests (429). Raise NotAllowed for a POST of staff.
    """
    if request.method != "POST":
        if "asked" in request.GET:
            asked = {name: value for name, value in request.GET.items() if name != "asked"}
            context = {"asked_query": f"?{urlencode(asked)}" if asked else ""}
            return render(request, "requests_app/alerts/asked.html", context)
        near = clean_short_line(request.GET.get("near", ""), _MAX_NEAR_LENGTH)
        initial = build_initial(Filters.from_query(request.GET), near)
        return _render_form(request, _build_form(request, initial=initial))
    refuse_staff(request)
    form = _build_form(request, data=request.POST)
    if not form.is_valid():
        return _render_form(request, form, status=422)
    if form.cleaned_data["channel"] == AlertForm.DEVICE:
        return _add_for_device(request, form)
    try:
        saved.request_alert(form.build_alert(), by=get_or_create_device(request))
    except TooManyAttempts:
        error = TooManyAttempts(_TOO_MANY)
        return set_error_status(_render_form(request, form, error), error)
    show_entered_address(request, form.cleaned_data["email"])
    return redirect(f"{request.path}?{urlencode(form.build_query() | {'asked': 1})}")


def _build_form(request, **given) -> AlertForm:
    """Return the form, which offers notifications to residents while they are on."""
    can_notify = is_push_on() and not request.user.is_authenticated
    return AlertForm(device=request.person if can_notify else None, **given)


def _add_for_device(request, form: AlertForm) -> HttpResponse:
    """Add the alert of the valid form, and redirect to the alerts of the device.

    Return the form with an error (422) if the device has too many.
    """
    if saved.add_for_device(form.build_alert(), get_or_create_device(request)):
        return redirect(reverse("notifications", query={"added": 1}))
    form.add_error(
        "channel",
        _("You can have up to %(n)s alerts on this device. End one first.") % {"n": MAX_PER_OWNER},
    )
    return _render_form(request, form, status=422)


@require_get_or_post
@private_page
def alert(request, token: str) -> HttpResponse:
    """Show the alerts of the address that got this link; a POST confirms one or ends one.

    A GET changes nothing, as mail programs open links. The POST's `end` is the id of an alert of
    the same address to end. An unknown token is a 404.
    """
    found = saved.find_by_token(token)
    if found is None:
        return _render_unknown_link(request)
    if found.device_id is not None:
        return redirect("notifications")
    if request.method != "POST":
        return _render_alerts(request, found, token)
    if "end" in request.POST:
        return _end_alert(request, found, token)
    saved.confirm(found)
    return redirect(f"{request.path}?confirmed=1")


@csrf_exempt
@require_get_or_post
@private_page
def alert_end(request, token: str) -> HttpResponse:
    """End the alert by POST; a GET shows a page with a button.

    The token is the permission, as mail programs send this POST without a session (RFC 8058), and a
    browser's service worker does from the button of a notification. An unknown token is a 404 that
    says that no mail is sent by it.
    """
    found = saved.find_by_token(token)
    if found is None:
        return _render_unknown_link(request)
    others = saved.find_by_owner(found).exclude(pk=found.pk).exclude(confirmed_at=None)
    context: dict[str, object] = {"has_others": others.exists()}
    if request.method == "POST":
        ended = describe_ended(found)
        found.delete()
        return _render_link_page(request, "end", context | {"is_done": True, "ended": ended})
    return _render_link_page(request, "end", context | {"description": found.description})


@require_get_or_post
@private_page
def notifications_page(request) -> HttpResponse:
    """Show whether this device gets notifications, and a resident's alerts; a POST ends an alert.

    The POST's `end` is the alert's id; one that ended already, or of another device, changes
    nothing. Raise Http404 while push is off.
    """
    check_push_is_on()
    if request.method == "POST":
        number = parse_number(request.POST.get("end")) or 0
        alert = _find_device_alerts(request).filter(pk=number).first()
        if alert is None:
            return redirect("notifications")
        ended = describe_ended(alert)
        alert.delete()
        return redirect(reverse("notifications", query={"ended": sign_ended(ended)}))
    if request.user.is_authenticated:
        return render(request, "requests_app/alerts/staff_device.html")
    context = {
        "alerts": _find_device_alerts(request),
        "is_added_now": "added" in request.GET,
        "ended": read_ended(request.GET),
    }
    return render(request, "requests_app/alerts/device.html", context)


def _find_device_alerts(request) -> QuerySet[Alert]:
    """Return the alerts of this browser, oldest first; none for staff."""
    device = None if request.user.is_authenticated else request.device
    return device.alerts.order_by("pk") if device else Alert.objects.none()


def _end_alert(request, found: Alert, token: str) -> HttpResponse:
    """End the alert of the same address that the form names, and redirect to the rest.

    Without any left, show that the last one ended. Raise Http404 for another address's alert.
    """
    own = saved.find_by_address(found.email)
    alert = get_object_or_404(own, pk=parse_number(request.POST["end"]) or 0)
    is_of_link, ended = alert.pk == found.pk, describe_ended(alert)
    alert.delete()
    if not is_of_link:
        return redirect(reverse("alert", args=[token], query={"ended": sign_ended(ended)}))
    context = {"is_done": True, "ended": ended, "has_others": own.exists()}
    return _render_link_page(request, "end", context)


def _render_form(
    request, form: AlertForm, refused: TooManyAttempts | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "problems": list_form_errors(form), "refused": refused}
    return render(request, "requests_app/alerts/new.html", context, status=status)


def _render_alerts(request, found: Alert, token: str) -> HttpResponse:
    """Return the page of an unconfirmed alert, or that of all confirmed ones of its address."""
    if not found.confirmed_at:
        own = saved.find_by_address(found.email).standing()
        full_at = MAX_PER_OWNER if own.count() >= MAX_PER_OWNER else 0
        context = {"description": found.description, "full_at": full_at}
        return _render_link_page(request, "confirm", context)
    own = saved.find_by_address(found.email).exclude(confirmed_at=None)
    context = {
        "alerts": list(own),
        "is_confirmed_now": "confirmed" in request.GET,
        "ended": read_ended(request.GET),
        "email": found.email,
    }
    return _render_link_page(request, "alerts", context)


def _render_unknown_link(request: HttpRequest) -> HttpResponse:
    return render(request, "requests_app/alerts/end.html", {"is_unknown_link": True}, status=404)


def _render_link_page(request, name: str, context: dict[str, object]) -> HttpResponse:
    """Return the page of a link in a mail, without its URL in the Referer sent to other sites."""
    response = render(request, f"requests_app/alerts/{name}.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response
