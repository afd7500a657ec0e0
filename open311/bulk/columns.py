"""The columns of the open data: the meaning, the type and the value of each.

The order and the names are those of the GeoReport bulk specification as far as it goes
(https://wiki.open311.org/GeoReport/bulk), which has no more than the fields of one request. A
column with the name of a field of the API says the same; moments have the offset of the city.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city.models import City
from city.translation import translate_name
from lib import clock
from open311.bulk.requests import Row
from open311.representation import agency_responsible, states
from requests_app.models import Channel
from requests_app.timeline import badge

_EXAMPLE_PREFIX = "SM-"


@dataclass(frozen=True)
class Column:
    """A column of the open data; `value` returns None for a blank cell.

    `words` explain it on the page in the reader's language. `type` is the one of the data
    dictionary (Frictionless Table Schema).
    """

    name: str
    value: Callable[[Row], str | float | None]
    words: Promise
    example: str
    type: str = "string"

    @property
    def local_example(self) -> str:
        """Return the example with the request prefix or the position of the city."""
        city = City.current()
        return {
            "lat": f"{city.center_lat:.6f}",
            "long": f"{city.center_lng:.6f}",
        }.get(self.name, self.example.replace(_EXAMPLE_PREFIX, f"{city.reference_prefix}-"))


def _format_moment(moment: datetime | None) -> str | None:
    """Return the moment in the city's time zone: 2026-03-02T10:05:00-08:00; None for None."""
    return None if moment is None else clock.localtime(moment).isoformat(timespec="seconds")


def _due_date(row: Row) -> str | None:
    """Return the due date as text, also of a request that is closed; None during a pause."""
    return None if row.service_request.is_paused else _format_moment(row.service_request.due_at)


def _resolution_code(row: Row) -> str | None:
    """Return the code of the latest completion; None if there is none or the request is open."""
    codes = row.history.resolution_codes
    return codes[0] if codes and not row.service_request.is_open else None


COLUMNS = [
    Column("service_request_id", lambda row: row.service_request.reference,
           _("The request number. The request's page is at /requests/, then this number."),
           f"{_EXAMPLE_PREFIX}7K3Q-X9F2"),
    Column("requested_datetime", lambda row: _format_moment(row.service_request.filed_at),
           _("When it was reported. For requests from a previous system, only the day is right."),
           "2026-03-02T10:05:00-08:00", "datetime"),
    Column("updated_datetime", lambda row: _format_moment(row.service_request.changed_at),
           _("Its latest update that everyone can see."), "2026-03-09T14:20:11-07:00", "datetime"),
    Column("closed_date", lambda row: _format_moment(row.service_request.closed_at),
           _("When it was closed. Blank until then."), "2026-03-09T14:20:11-07:00", "datetime"),
    Column("expected_datetime", _due_date,
           _("When the city expects to finish, or expected to. Blank while it's on pause."),
           "2026-03-16T17:00:00-07:00", "datetime"),
    Column("finished_datetime", lambda row: _format_moment(row.service_request.completed_at),
           _("When the department finished. It's closed later, when a resident has checked."),
           "2026-03-06T15:12:45-08:00", "datetime"),
    Column("first_routed_datetime", lambda row: _format_moment(row.history.first_routed_at),
           _("When it first went to a department. Blank until then."),
           "2026-03-02T10:20:31-08:00", "datetime"),
    Column("first_started_datetime", lambda row: _format_moment(row.history.first_started_at),
           _("When work first started. Blank if that was not recorded."),
           "2026-03-06T08:02:10-08:00", "datetime"),
    Column("status", lambda row: states.get_status(row.service_request),
           _("Is “open” or “closed”. Finished work that a resident still has to check is closed."),
           "closed"),
    Column("status_description", lambda row: states.get_state_name(row.service_request),
           _("The exact state, in one word. The list below says what each one means."),
           "confirmed"),
    Column("status_label",
           lambda row: str(badge.public_badge(row.service_request, format_day=str).words),
           _("The state as the map and list show it."), "Confirmed as fixed"),
    Column("resolution_code", _resolution_code,
           _("The code of what was done when it was last finished. Blank where it wasn't."),
           "repaired"),
    Column("duplicate_of", lambda row: row.original,
           _("The request that this one is the same as, if it's public."),
           f"{_EXAMPLE_PREFIX}4WQ2-8TCN"),
    Column("reopened_count", lambda row: row.history.reopened_count,
           _("How many times the 311 team opened it again."), "0", "integer"),
    Column("disputed_count", lambda row: row.history.disputed_count,
           _("How many times a resident said it isn't fixed."), "1", "integer"),
    Column("source", lambda row: str(Channel(row.service_request.channel).label),
           _("How it was reported."), "Phone"),
    Column("service_name", lambda row: translate_name(row.service_request.category),
           _("The kind of request."), "Pothole"),
    Column("service_code", lambda row: row.service_request.category.service_code,
           _("The code of that kind. It never changes."), "pothole"),
    Column("service_group", lambda row: translate_name(row.service_request.category.group),
           _("The group of that kind."), "Streets and sidewalks"),
    Column("agency_responsible", lambda row: agency_responsible(row.service_request),
           _("The department that has it or finished it, or the other agency to contact."),
           "Street Services"),
    Column("address", lambda row: row.location.text or None,
           _("The location as text. For sensitive kinds, the block."), "In front of 1685 Main St"),
    Column("area", lambda row: translate_name(row.service_request.zone) or None,
           _("The part of the city."), "Downtown"),
    Column("area_id", lambda row: row.service_request.zone and row.service_request.zone.slug,
           _("The code of that part, such as a council district. It never changes."), "downtown"),
    Column("lat", lambda row: row.location.latitude,
           _("Latitude in degrees, WGS 84. For sensitive kinds, of the middle of the block."),
           "34.011800", "number"),
    Column("long", lambda row: row.location.longitude,
           _("Longitude in degrees, WGS 84. For sensitive kinds, of the middle of the block."),
           "-118.491700", "number"),
]  # fmt: skip
COLUMN_NAMES = [column.name for column in COLUMNS]
