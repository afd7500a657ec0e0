"""Access to the pages of a department's crew, and the look-up of the requests they may open."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.sign_in import redirect_to_sign_in
from lib import polling
from requests_app.models import ServiceRequest

CACHE_OWNER_HEADER = "Kept-For"  # read by the service worker


def crew_member_required(view: Callable) -> Callable:
    """Restrict a view to members of a department.

    Strangers are redirected to the sign-in page; a form that they sent gets a 403 that keeps
    its input. Raise PermissionDenied for a user without a department. A GET page (200) names
    its user in the CACHE_OWNER_HEADER header: the service worker then keeps the page for the
    day and shows it to that user without a network.
    """

    @wraps(view)
    @never_cache
    def enter(request, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_sign_in(request, onward=reverse("inbox"))
        if not request.user.roles:
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200:
            response[CACHE_OWNER_HEADER] = request.user.pk
        return response

    return enter


def crew_member_required_for_poll(view: Callable) -> Callable:
    """Restrict a polled view to members of a department; everybody else gets an empty 403."""

    @polling.mark_as_poll
    @wraps(view)
    @never_cache
    def enter(request, *args, **kwargs) -> HttpResponseForbidden:
        if not (request.user.is_authenticated and request.user.roles):
            return HttpResponseForbidden()
        return view(request, *args, **kwargs)

    return enter


class JobMoved(Exception):
    """A request that a department of the user had, and that another department or 311 has now.

    The page that completes a job raises JobMoved for a finished or closed job, too.
    """

    def __init__(self, service_request) -> None:
        super().__init__(service_request.reference)
        self.service_request = service_request


def find_job(user: User, reference: str) -> ServiceRequest:
    """Return the request `reference` that a department of `user` has now.

    Raise JobMoved if it had the request before, and Http404 if it never had it.
    """
    row = find_job_including_moved(user, reference)
    if not user.works_for(row.department_id):
        raise JobMoved(row)
    return row


def find_job_including_moved(user: User, reference: str) -> ServiceRequest:
    """Return the request `reference` that a department of `user` has or had.

    Raise Http404 if there is none.
    """
    jobs = ServiceRequest.objects.ever_in_departments_of(user)
    return get_object_or_404(jobs.select_related("assignee"), reference=reference)
