"""The columns of the open data: what each says, and how PostgreSQL says it.

The order and the names are those of the GeoReport bulk specification as far as it goes
(https://wiki.open311.org/GeoReport/bulk), which knows no more than the fields of one request. `sql`
is an expression of `r`, a row of `rows.public_rows`, of `n`, the names of `names.of_the_city`, and
of `e`, its HISTORY.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city.models import City
from requests_app.status import PAUSED

SNAPPED_MARK = b"\x01"
"""In the place of an address: the block is put there once the line is read, see formats.py."""

_EXAMPLE_PREFIX = "SM-"

# What people typed is an address or the name of a place. Where it has something like an email
# address, or seven digits in a row, it is more than that, and the area stands for it.
_IS_CONTACT = "r.location_text ~ '[^ ]@[^ ]|([0-9][ ().-]*){7}'"
_MARK = f"chr({SNAPPED_MARK[0]})"
_TEXT = f"translate(r.location_text, {_MARK}, '')"
_STREET = f"split_part({_TEXT}, ' & ', 1)"
_OTHER = f"substr({_TEXT}, length({_STREET}) + 4)"
_PHRASE = f"""CASE r.location_relation
    WHEN '' THEN {_TEXT}
    WHEN 'along' THEN replace(replace(n.phrases ->> 'along', '{{street}}', {_STREET}),
                              '{{other}}', {_OTHER})
    ELSE replace(n.phrases ->> r.location_relation, '{{text}}', {_TEXT}) END"""
_AREA = "(n.areas ->> r.zone::text)"
_STANDING = "r.status || '/' || r.outcome"
_HOLDER = (
    "coalesce(n.departments ->> r.department::text, n.departments ->> 'desk')"  # in a sentence
)
_REASON = """coalesce(
    CASE WHEN r.status = 'on_hold' THEN n.hold_reasons ->> r.hold_reason::text END,
    n.decline_reasons ->> r.decline_reason::text, '')"""
_LABEL = f"""replace(replace(replace(replace(replace(
    n.notes ->> ({_STANDING}),
    '{{department}}', {_HOLDER}),
    '{{holder}}', {_HOLDER}),
    '{{reason}}', {_REASON}),
    '{{agency}}', coalesce(n.agencies ->> r.agency::text, '')),
    '{{day}}', coalesce(to_char(r.scheduled_for, 'YYYY-MM-DD'), ''))"""
_AGENCY = f"""coalesce(
    CASE n.states ->> ({_STANDING})
        WHEN 'passed' THEN n.agencies ->> r.agency::text
        WHEN 'check' THEN n.departments ->> r.completed_by::text
        WHEN 'confirmed' THEN n.departments ->> r.completed_by::text
        WHEN 'unanswered' THEN n.departments ->> r.completed_by::text END,
    n.departments ->> r.department::text, n.departments ->> 'team')"""


_ORIGINAL = """CASE WHEN r.duplicate_of IS NOT NULL THEN (
    SELECT o.reference FROM requests_app_servicerequest o
    JOIN city_category c ON c.id = o.category_id AND NOT c.is_private
    WHERE o.id = r.duplicate_of AND NOT o.is_private AND NOT o.is_hidden) END"""

HISTORY = """LATERAL (
    SELECT min(v.at) FILTER (WHERE v.verb = 'route') AS routed_at,
        min(v.at) FILTER (WHERE v.verb = 'start') AS started_at,
        count(*) FILTER (WHERE v.verb = 'reopen') AS reopened,
        count(*) FILTER (WHERE v.verb = 'dispute') AS disputed,
        (array_agg(v.code ORDER BY v.id DESC) FILTER (WHERE v.verb = 'complete'))[1] AS resolution
    FROM requests_app_event v
    WHERE v.service_request_id = r.id
        AND v.verb IN ('route', 'start', 'reopen', 'dispute', 'complete')
        AND NOT EXISTS (SELECT 1 FROM requests_app_event u WHERE u.undoes_id = v.id)) e"""
"""What the events of a row `r` tell, without those that were undone."""


def _moment(sql):
    """In the time zone of the transaction: 2026-03-02T10:05:00-08:00."""
    return f"""to_char({sql}, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')"""


@dataclass(frozen=True)
class Column:
    """`words` say on the page what it holds, in the reader's language.

    `type` is the one of the data dictionary (Frictionless Table Schema).
    """

    name: str
    sql: str
    words: Promise
    example: str
    type: str = "string"

    @property
    def local_example(self) -> str:
        """The example with the request prefix and the position of the city that is served."""
        city = City.current()
        return {
            "lat": f"{city.center_lat:.6f}",
            "long": f"{city.center_lng:.6f}",
        }.get(self.name, self.example.replace(_EXAMPLE_PREFIX, f"{city.reference_prefix}-"))


COLUMNS = [
    Column(
        "service_request_id",
        "r.reference",
        _("The request number. The request's page is at /requests/, then this number."),
        f"{_EXAMPLE_PREFIX}7K3Q-X9F2",
    ),
    Column(
        "requested_datetime",
        _moment("r.filed_at"),
        _("When it was reported. For requests from a previous system, only the day is right."),
        "2026-03-02T10:05:00-08:00",
        "datetime",
    ),
    Column(
        "updated_datetime",
        _moment("r.changed_at"),
        _("Its latest update that everyone can see."),
        "2026-03-09T14:20:11-07:00",
        "datetime",
    ),
    Column(
        "closed_date",
        _moment("r.closed_at"),
        _("When it was closed. Blank until then."),
        "2026-03-09T14:20:11-07:00",
        "datetime",
    ),
    Column(
        "expected_datetime",
        f"CASE WHEN r.status <> ALL ('{{{','.join(sorted(PAUSED))}}}') "
        f"THEN {_moment('r.due_at')} END",
        _("When the city expects to finish, or expected to. Blank while it's on pause."),
        "2026-03-16T17:00:00-07:00",
        "datetime",
    ),
    Column(
        "finished_datetime",
        _moment("r.completed_at"),
        _("When the department finished. It's closed later, when a resident has checked."),
        "2026-03-06T15:12:45-08:00",
        "datetime",
    ),
    Column(
        "first_routed_datetime",
        _moment("e.routed_at"),
        _("When it first went to a department. Blank until then."),
        "2026-03-02T10:20:31-08:00",
        "datetime",
    ),
    Column(
        "first_started_datetime",
        _moment("e.started_at"),
        _("When work first started. Blank if that was not recorded."),
        "2026-03-06T08:02:10-08:00",
        "datetime",
    ),
    Column(
        "status",
        f"n.statuses ->> ({_STANDING})",
        _("Is “open” or “closed”. Finished work that a resident still has to check is closed."),
        "closed",
    ),
    Column(
        "status_description",
        f"n.states ->> ({_STANDING})",
        _("The exact state, in one word. The list below says what each one means."),
        "confirmed",
    ),
    Column(
        "status_label",
        _LABEL,
        _("The state as the map and list show it."),
        "Confirmed as fixed",
    ),
    Column(
        "resolution_code",
        "CASE WHEN r.status IN ('completed', 'closed') THEN e.resolution END",
        _("The code of what was done when it was last finished. Blank where it wasn't."),
        "repaired",
    ),
    Column(
        "duplicate_of",
        _ORIGINAL,
        _("The request that this one is the same as, if it's public."),
        f"{_EXAMPLE_PREFIX}4WQ2-8TCN",
    ),
    Column(
        "reopened_count",
        "e.reopened",
        _("How many times the 311 team opened it again."),
        "0",
        "integer",
    ),
    Column(
        "disputed_count",
        "e.disputed",
        _("How many times a resident said it isn't fixed."),
        "1",
        "integer",
    ),
    Column("source", "n.channels ->> r.channel", _("How it was reported."), "Phone"),
    Column(
        "service_name", "n.categories ->> r.category::text", _("The kind of request."), "Pothole"
    ),
    Column(
        "service_code",
        "n.codes ->> r.category::text",
        _("The code of that kind. It never changes."),
        "pothole",
    ),
    Column(
        "service_group",
        "n.groups ->> r.category::text",
        _("The group of that kind."),
        "Streets and sidewalks",
    ),
    Column(
        "agency_responsible",
        _AGENCY,
        _("The department that has it or finished it, or the other agency to contact."),
        "Street Services",
    ),
    Column(
        "address",
        f"""CASE WHEN n.sensitive ? r.category::text THEN {_MARK}
            WHEN r.location_text = '' OR {_IS_CONTACT} THEN {_AREA}
            ELSE {_PHRASE} END""",
        _("The location as text. For sensitive kinds, the block."),
        "In front of 1685 Main St",
    ),
    Column("area", _AREA, _("The part of the city."), "Downtown"),
    Column(
        "area_id",
        "n.area_ids ->> r.zone::text",
        _("The code of that part, such as a council district. It never changes."),
        "downtown",
    ),
    Column(
        "lat",
        "r.latitude",
        _("Latitude in degrees, WGS 84. For sensitive kinds, of the middle of the block."),
        "34.011800",
        "number",
    ),
    Column(
        "long",
        "r.longitude",
        _("Longitude in degrees, WGS 84. For sensitive kinds, of the middle of the block."),
        "-118.491700",
        "number",
    ),
]
NAMES = [column.name for column in COLUMNS]
