"""The views of the demo: the role switcher, and the pages of sent mails."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from requests_app.middleware import get_or_create_device
from tools.demo import mailbox, pushes
from tools.demo.people import ANA, ANA_KEY, PEOPLE

_STAFF = {person.username: person for person in PEOPLE}

# The content of a mail is not trusted: it may use its own styles, but no scripts or forms.
_MAIL_CSP: dict[str, Collection[str] | str] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-top-navigation-by-user-activation"],
}
_READER_CSP: dict[str, Any] = settings.SECURE_CSP | {"frame-src": [CSP.SELF]}


@require_POST
def role(request) -> HttpResponseRedirect:
    """Sign in as the demo's `person`, or give this browser Ana's device; redirect to their page.

    Raise Http404 for an unknown name.
    """
    name = request.POST.get("person", "")
    if name == ANA:
        logout(request)
        request.device_key = ANA_KEY  # the device middleware sets the cookie
        pushes.subscribe(get_or_create_device(request), ANA)
        return redirect("home")
    if name not in _STAFF:
        raise Http404
    user = get_object_or_404(get_user_model(), username=name)
    login(request, user)
    pushes.subscribe(user, name)
    return redirect(_STAFF[name].lands_on)


@require_safe
@never_cache
def mails(request) -> HttpResponse:
    """Show the mails and notifications that were sent, newest first."""
    context = {"mails": mailbox.newest(_folder()), "mail": None, "pushes": pushes.list_newest()}
    return render(request, "demo/mails.html", context)


@csrf_exempt
@require_POST
def take_push(request, name) -> HttpResponse:
    """Accept a message as a push service does; the page of mails shows what was sent."""
    return HttpResponse(status=201)


@require_safe
@never_cache
@csp_override(_READER_CSP)
def mail(request, name) -> HttpResponse:
    """Show a mail beside the list of mails. Raise Http404 if it is gone."""
    found = _mail_or_404(name)
    return render(request, "demo/mails.html", {"mails": mailbox.newest(_folder()), "mail": found})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_override(_MAIL_CSP)
def mail_page(request, name) -> HttpResponse:
    """Show the HTML of a mail as a mail program does; links open in the whole window.

    Raise Http404 if the mail does not exist.
    """
    found = _mail_or_404(name)
    return HttpResponse(found.html.replace("<head>", '<head><base target="_top">', 1))


def _mail_or_404(name) -> mailbox.Mail:
    found = mailbox.find(_folder(), name)
    if found is None:
        raise Http404
    return found


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "mails"
