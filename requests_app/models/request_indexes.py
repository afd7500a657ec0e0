"""The indexes of service requests: each is for a question that is asked all the time."""

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Index, Q

from requests_app.models.closing_period import ClosingPeriod
from requests_app.models.map_point import MapPoint, MapX, MapY
from requests_app.models.queries import (
    NOT_FORGOTTEN,
    NOT_PUBLIC,
    PUBLIC,
    WORDS_NOT_FORGOTTEN,
    Urgency,
)
from requests_app.models.search import ReferenceLetters, SearchLexemes, SearchText
from requests_app.status import OPEN, Status

_CLOSED = Q(status=Status.CLOSED)
_PARTS_OF_WORDS = OpClass(SearchText(), name="gin_trgm_ops")

INDEXES = [
    Index(fields=["status", "filed_at"], name="by_status_and_age"),
    Index(fields=["department", "status"], name="by_department_and_status"),
    Index(fields=["completed_by", "completed_at"], name="finished_by_department"),
    Index(
        Urgency(),
        "filed_at",
        "id",
        condition=Q(status=Status.FILED, held_for=""),
        name="new_ones_urgent_first",
    ),
    Index(
        fields=["latitude", "longitude", "category", "id"],
        include=["status", "is_hidden"],
        condition=~_CLOSED,
        name="not_closed_ones_by_place",
    ),
    Index(  # of a street corner there are thousands from all years
        F("category"),
        ClosingPeriod(),
        F("latitude"),
        F("longitude"),
        F("id"),
        include=["closed_at", "outcome", "is_hidden"],
        condition=_CLOSED,
        name="closed_ones_by_kind_and_period",
    ),
    Index(  # with all that the desk's filters and the figures ask, so that neither reads the rows
        Urgency(),
        "filed_at",
        "id",
        include=[
            "status",
            "priority",
            "channel",
            "danger",
            "held_for",
            "times_routed",
            "due_at",
            "department",
            "zone",
            "category",
            "assignee",
            "is_private",
        ],
        condition=Q(status__in=sorted(OPEN)),
        name="open_ones_by_urgency",
    ),
    Index(  # with all that a crew's inbox counts
        "department",
        Urgency(),
        "due_at",
        "filed_at",
        "id",
        include=[
            "status",
            "zone",
            "category",
            "scheduled_for",
            "assignee",
            "completed_at",
            "completed_by",
            "version",
            "staff_version",
            "changed_at",
        ],
        condition=~_CLOSED,
        name="jobs_of_a_department",
    ),
    Index(fields=["-filed_at"], name="newest_first"),
    Index(
        fields=["words_digest", "filed_at"],
        condition=~Q(words_digest=""),
        name="by_what_they_say",
    ),
    # What is public, in each order and narrowing of the list. What a page counts or draws
    # is in the index, so that a thousand rows cost one visit of it, not a thousand.
    Index(
        fields=["-changed_at", "-id"],
        include=["category", "zone", "status", "outcome", "filed_at"],
        condition=PUBLIC,
        name="public_ones_by_latest_update",
    ),
    Index(
        fields=["zone", "-changed_at", "-id"],
        include=["category", "status", "outcome", "filed_at"],
        condition=PUBLIC,
        name="public_ones_in_a_zone",
    ),
    Index(
        fields=["category", "-changed_at", "-id"],
        include=["zone", "status", "outcome", "filed_at"],
        condition=PUBLIC,
        name="public_ones_of_a_kind",
    ),
    Index(
        F("category"),
        F("filed_at").desc(),
        F("id").desc(),
        MapY(),
        MapX(),
        include=["zone", "status", "outcome", "changed_at", "latitude", "longitude"],
        condition=PUBLIC,
        name="public_ones_of_a_kind_filed",
    ),
    Index(
        F("filed_at").desc(),
        F("id").desc(),
        MapY(),
        MapX(),
        include=[
            "category",
            "zone",
            "status",
            "outcome",
            "changed_at",
            "latitude",
            "longitude",
        ],
        condition=PUBLIC,
        name="public_ones_by_filing",
    ),
    Index(MapY(), MapX(), condition=PUBLIC, name="public_ones_by_spot"),
    GistIndex(MapPoint(), condition=PUBLIC, name="public_ones_by_nearness"),
    GinIndex(SearchLexemes(), condition=PUBLIC, name="public_ones_by_month_and_word"),
    GinIndex(
        _PARTS_OF_WORDS,
        condition=PUBLIC,
        name="public_ones_by_their_words",
    ),
    GinIndex(
        _PARTS_OF_WORDS,
        condition=~_CLOSED,
        name="not_closed_ones_by_their_words",
    ),
    GinIndex(
        _PARTS_OF_WORDS,
        condition=NOT_PUBLIC,
        name="other_ones_by_their_words",
    ),
    GinIndex(
        OpClass(ReferenceLetters(), name="gin_trgm_ops"), name="requests_by_parts_of_reference"
    ),
    Index(fields=["-filed_at"], condition=Q(is_hidden=True), name="hidden_requests"),
    Index(
        fields=["assignee", "-changed_at"],
        condition=Q(status=Status.IN_PROGRESS),
        name="work_under_way",
    ),
    Index(fields=["filed_at"], condition=~Q(danger=""), name="words_of_danger_not_cleared"),
    Index(
        fields=["-closed_at", "-id"],
        include=["department", "zone", "category", "assignee", "outcome"],
        condition=_CLOSED,
        name="closed_ones_newest_first",
    ),
    Index(fields=["closed_at"], condition=NOT_FORGOTTEN, name="closed_ones_not_yet_forgotten"),
    Index(fields=["closed_at"], condition=WORDS_NOT_FORGOTTEN, name="private_words_still_kept"),
]
