"""What happened to a request, told to its three audiences in plain sentences.

The reporter reads "you"; others read what is public; staff read who did it and internal notes.
"""

from requests_app.story.holders import Stretch, custody
from requests_app.story.lines import Line, news_since, timeline
from requests_app.story.log import events_of, standing
from requests_app.story.names import holder_name
from requests_app.story.words import as_sent

__all__ = [
    "Line",
    "Stretch",
    "as_sent",
    "custody",
    "events_of",
    "holder_name",
    "news_since",
    "standing",
    "timeline",
]
