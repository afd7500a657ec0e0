"""The indexes of service requests, each with the pages or tasks that need it.

Each change of a status writes a new version of the row and an entry in every index whose condition
it meets, so indexes are few. Foreign keys have no index of their own: the city's rows and accounts
are deactivated, never deleted.
"""

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Index, Q

from requests_app.models.closing_period import ClosingPeriod
from requests_app.models.map_point import MapPoint, MapX, MapY
from requests_app.models.queries import (
    HAS_DIGEST,
    HAS_END,
    IS_CLOSED,
    IS_IN_DANGER,
    IS_PUBLIC,
    NOT_FORGOTTEN,
    NOT_YET_CLOSED,
    WORDS_NOT_FORGOTTEN,
    Urgency,
)
from requests_app.models.search import ReferenceLetters, SearchLexemes, SearchText

_PARTS_OF_WORDS = OpClass(SearchText(), name="gin_trgm_ops")

INDEXES = [
    # Staff. With all that the table of the desk and the figures of what is open read, so that
    # neither reads the rows: `routing/desk/queue/loading.py`, `staff_portal/overview/`. Also the
    # lists of one status: a search of the public list by status, the oldest disputed ones.
    Index(
        fields=["status", "filed_at", "id"],
        include=[
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
        condition=NOT_YET_CLOSED,
        name="not_closed_ones_by_status",
    ),
    # A crew's inbox, in its order and with all that it counts
    # (`staff_portal/inbox/job_queries.py`); a supervisor's jobs.
    Index(
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
        condition=NOT_YET_CLOSED,
        name="jobs_of_a_department",
    ),
    # The job that a person has begun (an inbox), and all that the person has (their day).
    Index(fields=["assignee", "-changed_at"], condition=NOT_YET_CLOSED, name="jobs_of_a_person"),
    # An inbox: how many jobs a department finished lately.
    Index(
        fields=["completed_by", "completed_at"],
        condition=Q(completed_by__isnull=False),
        name="finished_by_a_department",
    ),
    # A supervisor's closed jobs of a month, and how many they are.
    Index(
        fields=["-closed_at", "-id"],
        include=["department", "zone", "category", "assignee", "outcome"],
        condition=IS_CLOSED,
        name="closed_ones_newest_first",
    ),
    # The desk: possible emergencies, which every look reads anew.
    Index(fields=["filed_at"], condition=IS_IN_DANGER, name="words_of_danger_not_cleared"),
    # The desk and filing: how many said the same within a week (an hour).
    Index(fields=["words_digest", "filed_at"], condition=HAS_DIGEST, name="by_what_they_say"),
    # The desk's panel, intake and filing: what is going on around a place. The public list of
    # what is open in a part of the map, which reads all of it here.
    Index(
        fields=["latitude", "longitude", "category", "id"],
        include=["status", "zone", "is_hidden", "is_private"],
        condition=NOT_YET_CLOSED,
        name="not_closed_ones_by_place",
    ),
    # The desk's panel: what of the kind was closed lately there. Of a street corner there are
    # thousands from all years.
    Index(
        F("category"),
        ClosingPeriod(),
        F("latitude"),
        F("longitude"),
        F("id"),
        include=["closed_at", "outcome", "is_hidden"],
        condition=IS_CLOSED,
        name="closed_ones_by_kind_and_period",
    ),
    # The desk's search; with the next one, that of the administration.
    GinIndex(_PARTS_OF_WORDS, condition=NOT_YET_CLOSED, name="not_closed_ones_by_their_words"),
    # The condition is not IS_CLOSED: PostgreSQL would use the index for the few closed requests
    # that the desk searches by their number, and read a hundred thousand entries for them.
    GinIndex(_PARTS_OF_WORDS, condition=HAS_END, name="closed_ones_by_their_words"),
    # The desk's search by a part of a number.
    GinIndex(
        OpClass(ReferenceLetters(), name="gin_trgm_ops"), name="requests_by_parts_of_reference"
    ),
    # The administration's list; the desk's panel (who had the latest of the kind); a file of all
    # requests.
    Index(fields=["-filed_at"], name="newest_first"),
    # The administration's list of hidden requests; what is held for a person.
    Index(fields=["-filed_at"], condition=Q(is_hidden=True), name="hidden_requests"),
    # The nightly deletion of reporters' details and of private words.
    Index(fields=["closed_at"], condition=NOT_FORGOTTEN, name="closed_ones_not_yet_forgotten"),
    Index(fields=["closed_at"], condition=WORDS_NOT_FORGOTTEN, name="private_words_still_kept"),
    # The public list: what is public, in each order and narrowing of the list. What a page counts
    # or draws is in the index, so that a thousand rows cost one visit of it, not a thousand.
    Index(
        fields=["-changed_at", "-id"],
        include=["category", "zone", "status", "outcome", "filed_at"],
        condition=IS_PUBLIC,
        name="public_ones_by_latest_update",
    ),
    Index(
        fields=["zone", "-changed_at", "-id"],
        include=["category", "status", "outcome", "filed_at"],
        condition=IS_PUBLIC,
        name="public_ones_in_a_zone",
    ),
    Index(
        fields=["category", "-changed_at", "-id"],
        include=["zone", "status", "outcome", "filed_at"],
        condition=IS_PUBLIC,
        name="public_ones_of_a_kind",
    ),
    Index(
        F("category"),
        F("filed_at").desc(),
        F("id").desc(),
        MapY(),
        MapX(),
        include=["zone", "status", "outcome", "changed_at", "latitude", "longitude"],
        condition=IS_PUBLIC,
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
        condition=IS_PUBLIC,
        name="public_ones_by_filing",
    ),
    Index(MapY(), MapX(), condition=IS_PUBLIC, name="public_ones_by_spot"),
    GistIndex(MapPoint(), condition=IS_PUBLIC, name="public_ones_by_nearness"),
    GinIndex(SearchLexemes(), condition=IS_PUBLIC, name="public_ones_by_month_and_word"),
    # What was merged into a request: its followers, and what else changes with it.
    Index(
        fields=["duplicate_of"],
        condition=Q(duplicate_of__isnull=False),
        name="duplicates_of_a_request",
    ),
]
