"""Turning notifications on a device on and off."""

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lib.http import private_page
from requests_app.middleware import get_or_create_device
from requests_app.push import endpoints
from requests_app.push.forms import EndpointForm


@require_POST
@private_page
def save_endpoint(request) -> JsonResponse:
    """Save the subscription of this browser for its device or for the signed-in user: 201.

    Answer {"problems": [...]} with 422 for one that cannot be used. Raise Http404 while push is
    off.
    """
    check_push_is_on()
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


def check_push_is_on() -> None:
    if not endpoints.is_push_on():
        raise Http404
