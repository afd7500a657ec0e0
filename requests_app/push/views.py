"""Notifications on a device: the page, and turning them on and off."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lib.http import private_page, require_get_or_post
from requests_app.alerts.ended import read_ended, sign_ended
from requests_app.middleware import get_or_create_device
from requests_app.models import Alert
from requests_app.push import endpoints
from requests_app.push.forms import EndpointForm


@require_get_or_post
@private_page
def notifications_page(request) -> HttpResponse:
    """Show whether this device gets notifications, and a resident's alerts; a POST ends an alert.

    The POST's `end` is the alert's id; one that ended already, or of another device, changes
    nothing. Raise Http404 while push is off.
    """
    _check_push_is_on()
    if request.method == "POST":
        number = request.POST.get("end", "")
        alert = _find_alerts(request).filter(pk=number if number.isdecimal() else 0).first()
        if alert is None:
            return redirect("notifications")
        signed = sign_ended(alert)
        alert.delete()
        return redirect(reverse("notifications", query={"ended": signed}))
    if request.user.is_authenticated:
        return render(request, "requests_app/push/staff_device.html")
    context = {
        "alerts": _find_alerts(request),
        "is_added_now": "added" in request.GET,
        "ended": read_ended(request.GET),
    }
    return render(request, "requests_app/push/device.html", context)


def _find_alerts(request) -> QuerySet[Alert]:
    """Return the alerts of this browser, oldest first; none for staff."""
    device = None if request.user.is_authenticated else request.device
    return device.alerts.order_by("pk") if device else Alert.objects.none()


@require_POST
@private_page
def save_endpoint(request) -> JsonResponse:
    """Save the subscription of this browser for its device or for the signed-in user: 201.

    Answer {"problems": [...]} with 422 for one that cannot be used. Raise Http404 while push is
    off.
    """
    _check_push_is_on()
    form = EndpointForm(request.POST)
    if not form.is_valid():
        problems = [words for errors in form.errors.values() for words in errors]
        return JsonResponse({"problems": problems}, status=422)
    owner = request.user if request.user.is_authenticated else get_or_create_device(request)
    endpoints.save_endpoint(form.cleaned_data["url"], form.keys, owner)
    return JsonResponse({}, status=201)


@require_POST
@private_page
def delete_endpoint(request) -> HttpResponse:
    """Delete the subscription with the posted `url`, if it is the person's own."""
    if request.person.pk:
        endpoints.delete_endpoint(request.POST.get("url", ""), request.person)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@private_page
def end_notifications(request, token: str) -> HttpResponse:
    """Delete the subscription whose messages have this token. Raise Http404 for an unknown one.

    The token is the permission: the service worker sends this without a session.
    """
    if not endpoints.delete_by_token(token):
        raise Http404
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@private_page
def end_staff_notifications(request) -> JsonResponse:
    """Delete the staff's subscription with the posted `url`; answer whether a resident's remains.

    The address is the permission: the service worker sends this while somebody signs out.
    """
    has_resident = endpoints.delete_staff_endpoint(request.POST.get("url", ""))
    return JsonResponse({"has_resident": has_resident})


def _check_push_is_on() -> None:
    if not endpoints.is_push_on():
        raise Http404
