"""Template context of the page of a job that moved."""

import uuid

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from requests_app import timeline
from requests_app.models import ServiceRequest
from requests_app.permissions import Audience
from requests_app.workflow import QUIET_VERBS
from staff_portal import progress
from staff_portal.handover.forms import HandoverForm


def build_moved_job_context(
    row: ServiceRequest, user: User, form: HandoverForm | None = None
) -> dict:
    """Return the context of the page, with an empty form by default.

    For a private or hidden request of another department, `is_told` is False, `name` is "A
    private request" and `place` is ""; the template then shows only the reference.
    """
    form = form or HandoverForm(service_request=row)
    events = [event for event in timeline.load_events(row) if event.verb not in QUIET_VERBS]
    is_ours = user.works_for(row.department_id)
    is_told = is_ours or row.is_public
    return {
        "job": row,
        "name": row.category.name if is_told else _("A private request"),
        "place": row.location_or_area if is_told else "",
        "where": progress.describe_current_state(row, user),
        "last": timeline.build_timeline(events, Audience.STAFF)[0],
        "holder": format_holder(row),
        "is_ours": is_ours,
        "is_told": is_told,
        "form": form,
        "photos": form.kept.photos,
        "key": form["key"].value() or uuid.uuid4(),
        "most_photos": settings.MAX_PHOTOS,
    }


def format_holder(row: ServiceRequest) -> str:
    """Return the name of the request's department, or "311"."""
    return row.department.name if row.department else _("311")
