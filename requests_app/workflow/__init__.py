"""The transitions of a service request. Only this package changes `ServiceRequest.status`.

Each verb is a function that locks the row, checks the actor's permission and the events the actor
has seen, changes the row, appends one Event and queues the event for its subscribers, all in one
transaction. The modules group the verbs by the kind of actor.
"""

from requests_app.permissions import SYSTEM
from requests_app.workflow.change import VERB_FUNCTIONS, check_not_stale
from requests_app.workflow.content_reports import dismiss_reports, report_content
from requests_app.workflow.correcting import correct
from requests_app.workflow.danger import clear_danger, flag_danger
from requests_app.workflow.department import *
from requests_app.workflow.desk import *
from requests_app.workflow.erasure import forget
from requests_app.workflow.filing import Report, file
from requests_app.workflow.finished_work import *
from requests_app.workflow.following import follow, follow_by_link, stop_mails, unfollow
from requests_app.workflow.imports import ClosedRecord, import_closed, import_closed_records
from requests_app.workflow.moving_dates import move_date
from requests_app.workflow.reminding import remind
from requests_app.workflow.resident import *
from requests_app.workflow.undoing import (
    is_undoable,
    is_undone,
    notification_time,
    seconds_to_undo,
    undo,
    undo_period_seconds_left,
)
from requests_app.workflow.verb_queries import QUIET_VERBS, available_verbs, exclude_quiet
from requests_app.workflow.verbs import VERBS
from requests_app.workflow.visibility import *
