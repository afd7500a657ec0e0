"""What a crew sees of a job that moved: who has it now, and what can be sent there."""

import uuid

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app import timeline
from requests_app.permissions import Audience
from requests_app.workflow import QUIET_VERBS
from staff_portal import progress
from staff_portal.handover.forms import HandOver


def moved_page(row, user, form=None) -> dict:
    """`row` is what `access.find_job_worked_on` gives; `form` is a HandOver, empty without one.

    Of a private or hidden request that is another department's now, no more than its reference.
    """
    form = form or HandOver(service_request=row)
    events = [event for event in timeline.load_events(row) if event.verb not in QUIET_VERBS]
    is_ours = user.works_for(row.department_id)
    is_told = is_ours or row.is_public
    return {
        "job": row,
        "name": row.category.name if is_told else _("A private request"),
        "place": row.where if is_told else "",
        "where": progress.where_it_went(row, user),
        "last": timeline.build_timeline(events, Audience.STAFF)[0],
        "holder": holder(row),
        "is_ours": is_ours,
        "is_told": is_told,
        "form": form,
        "photos": form.kept.photos,
        "key": form["key"].value() or uuid.uuid4(),
        "most_photos": settings.MAX_PHOTOS,
    }


def holder(row) -> str:
    return row.department.name if row.department else _("311")
