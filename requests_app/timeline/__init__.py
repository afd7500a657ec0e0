"""The history of a request as sentences for its three audiences.

The reporter is addressed as “you”; others read the public events; staff read the names of persons
and internal notes, too.
"""

from requests_app.timeline.comments import localize_event_text
from requests_app.timeline.dangers import NamedDanger, find_danger_advice, list_dangers
from requests_app.timeline.events import (
    exclude_undone,
    list_before_photos,
    load_events,
    load_events_by_request,
)
from requests_app.timeline.holders import HoldingPeriod, list_holding_periods
from requests_app.timeline.lines import (
    TimelineLine,
    build_timeline,
    find_question_text,
    list_unseen_lines,
)
from requests_app.workflow.actor_names import holder_name
