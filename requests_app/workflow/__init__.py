"""The life of a service request. Nothing else may change `ServiceRequest.status`.

Every verb locks the row, checks who asks and what they saw, changes the row, appends one Event
and owes it to the subscribers, in one transaction. Verbs are grouped by who does them.
"""

from requests_app.permissions import SYSTEM
from requests_app.workflow.act import FUNCTIONS, check_fresh
from requests_app.workflow.content_reports import dismiss_reports, report_content
from requests_app.workflow.correcting import correct
from requests_app.workflow.danger import clear_danger, flag_danger
from requests_app.workflow.department import *
from requests_app.workflow.desk import *
from requests_app.workflow.erasure import forget
from requests_app.workflow.filing import Report, file
from requests_app.workflow.finished_work import *
from requests_app.workflow.following import follow, follow_by_link, stop_mails, unfollow
from requests_app.workflow.imports import ClosedRecord, import_closed, import_many
from requests_app.workflow.moving_dates import move_date
from requests_app.workflow.reminding import remind
from requests_app.workflow.resident import *
from requests_app.workflow.undoing import (
    is_undoable,
    seconds_left,
    seconds_to_undo,
    settles_at,
    undo,
    was_undone,
)
from requests_app.workflow.verbs import QUIET, VERBS, available_verbs, loud
from requests_app.workflow.visibility import *
