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
    # The desk's table (`routing/desk/queue/loading.py`) and the figures of open requests
    # (`staff_portal/overview/`): index-only scans, since all columns that they read are included.
    # Also lists of one status: a search of the public list by status, the oldest disputed requests.
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
    # A crew's inbox, in its order, with all columns that it counts by
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
    # The job that a person has begun (inbox), and all jobs assigned to the person (day plan).
    Index(fields=["assignee", "-changed_at"], condition=NOT_YET_CLOSED, name="jobs_of_a_person"),
    # Inbox: the number of jobs that a department finished lately.
    Index(
        fields=["completed_by", "completed_at"],
        condition=Q(completed_by__isnull=False),
        name="finished_by_a_department",
    ),
    # A supervisor's closed jobs of a month, and their number.
    Index(
        fields=["-closed_at", "-id"],
        include=["department", "zone", "category", "assignee", "outcome"],
        condition=IS_CLOSED,
        name="closed_ones_newest_first",
    ),
    # The desk: possible emergencies, which are queried for every page.
    Index(fields=["filed_at"], condition=IS_IN_DANGER, name="words_of_danger_not_cleared"),
    # The number of reports with the same words: at the desk within a week, at filing an hour.
    Index(fields=["words_digest", "filed_at"], condition=HAS_DIGEST, name="by_what_they_say"),
    # The desk's panel, intake and filing: open requests around a location. The public list of open
    # requests in a part of the map: an index-only scan.
    Index(
        fields=["latitude", "longitude", "category", "id"],
        include=["status", "zone", "is_hidden", "is_private"],
        condition=NOT_YET_CLOSED,
        name="not_closed_ones_by_place",
    ),
    # The desk's panel: requests of a category closed lately around a location. The period is part
    # of the index, since a street corner can have thousands of closed requests from all years.
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
    # The desk's search by words; together with the next index, the admin's search.
    GinIndex(_PARTS_OF_WORDS, condition=NOT_YET_CLOSED, name="not_closed_ones_by_their_words"),
    # The condition is not IS_CLOSED: PostgreSQL would use the index for the few closed requests
    # that the desk searches by their number, and read a hundred thousand entries for them.
    GinIndex(_PARTS_OF_WORDS, condition=HAS_END, name="closed_ones_by_their_words"),
    # The desk's search by a part of a reference.
    GinIndex(
        OpClass(ReferenceLetters(), name="gin_trgm_ops"), name="requests_by_parts_of_reference"
    ),
    # The admin's list; the desk's panel (departments of the latest requests of a category); a file
    # of all requests.
    Index(fields=["-filed_at"], name="newest_first"),
    # The admin's list of hidden requests; requests that are held for a review.
    Index(fields=["-filed_at"], condition=Q(is_hidden=True), name="hidden_requests"),
    # The nightly deletion of reporters' details and of private words.
    Index(fields=["closed_at"], condition=NOT_FORGOTTEN, name="closed_ones_not_yet_forgotten"),
    Index(fields=["closed_at"], condition=WORDS_NOT_FORGOTTEN, name="private_words_still_kept"),
    # The public list: public requests, for each order and filter of the list. The columns that a
    # page counts or draws are included, so that a thousand rows need one index scan and no lookups.
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
    # The duplicates of a request, for its followers and for changes that affect duplicates, too.
    Index(
        fields=["duplicate_of"],
        condition=Q(duplicate_of__isnull=False),
        name="duplicates_of_a_request",
    ),
]
