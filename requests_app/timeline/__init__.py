"""What happened to a request, told to its three audiences in plain sentences.

The reporter reads "you"; others read what is public; staff read who did it and internal notes.
"""

from requests_app.timeline.comments import as_sent
from requests_app.timeline.dangers import NamedDanger, advice_on, list_dangers
from requests_app.timeline.events import (
    events_of,
    events_of_each,
    photos_before_work,
    standing,
)
from requests_app.timeline.holders import Stretch, staff_custody
from requests_app.timeline.lines import Line, news_since, question_of, timeline
from requests_app.workflow.actor_names import holder_name
