"""Who may enter the departments' workplace, and which requests they find there."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.sign_in import sign_in_first
from lib import polling
from requests_app.models import ServiceRequest

KEPT_FOR = "Kept-For"  # read by the service worker


def crew_only(view) -> Callable:
    """For members of a department; strangers are asked to sign in, other staff get a 403.

    A page is marked with whose it is: that person's phone keeps it for the day, and opens it where
    there is no signal.
    """

    @wraps(view)
    @never_cache
    def enter(request, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_first(request, onward=reverse("inbox"))
        if not request.user.roles:
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200:
            response[KEPT_FOR] = request.user.pk
        return response

    return enter


def crew_poll(view) -> Callable:
    """`crew_only` for polls: whoever is signed out gets a bare 403, never the sign-in page."""

    @polling.mark_as_poll
    @wraps(view)
    @never_cache
    def enter(request, *args, **kwargs) -> HttpResponseForbidden:
        if not (request.user.is_authenticated and request.user.roles):
            return HttpResponseForbidden()
        return view(request, *args, **kwargs)

    return enter


class JobMoved(Exception):
    """A department of this person had the `service_request`, and another one, or 311, has it."""

    def __init__(self, service_request) -> None:
        super().__init__(service_request.reference)
        self.service_request = service_request


def find_job(user, reference) -> ServiceRequest:
    """The request `reference` with what its page names; another department's is a 404.

    Raises JobMoved where it was this person's department's before.
    """
    row = find_job_worked_on(user, reference)
    if not user.works_for(row.department_id):
        raise JobMoved(row)
    return row


def find_job_worked_on(user, reference) -> ServiceRequest:
    """As `find_job`, also where it moved."""
    jobs = ServiceRequest.objects.ever_in_departments_of(user)
    return get_object_or_404(jobs.select_related("assignee"), reference=reference)
