"""The names that rows point to, read before the rows: one value for the whole export.

They are those of the pack, in the product's own language: a file has one.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext, override
from psycopg.types.json import Jsonb

from city.models import Agency, Category, DeclineReason, Department, HoldReason, Zone
from city.search import PlaceWords
from city.search.phrase import ACROSS, ALONG, IN_FRONT, NEAR, on_street
from open311.representation import states
from requests_app.browsing.states import STATES, pairs_of
from requests_app.models import Channel, ServiceRequest
from requests_app.status import PUBLIC_OUTCOMES_TO_OTHERS, PUBLIC_TO_OTHERS

_NAMED = {
    "departments": Department,
    "agencies": Agency,
    "areas": Zone,
    "hold_reasons": HoldReason,
    "decline_reasons": DeclineReason,
}


def of_the_city(written: Callable[[str], str]) -> dict[str, Jsonb]:
    """Maps, by their name; `written` makes of a name what may stand in the file."""
    with override(settings.LANGUAGE_CODE):
        maps = {name: _by_key(model, written) for name, model in _NAMED.items()}
        maps |= _of_categories(written) | _wording()
        maps["area_ids"] = {str(key): slug for key, slug in Zone.objects.values_list("pk", "slug")}
        maps["departments"] |= {"desk": gettext("The 311 team"), "team": gettext("311 team")}
    return {name: Jsonb(each) for name, each in maps.items()}


def _by_key(model, written):
    return {str(key): written(name) for key, name in model.objects.values_list("pk", "name")}


def _of_categories(written):
    rows = Category.objects.select_related("group")
    return {
        "categories": {str(row.pk): written(row.name) for row in rows},
        "codes": {str(row.pk): row.service_code for row in rows},
        "groups": {str(row.pk): written(row.group.name) for row in rows},
        "sensitive": {str(row.pk): "" for row in rows if row.is_location_sensitive},
    }


def _wording():
    """What the public pages say to everybody; `{department}` and others are filled in later."""
    pairs = [pair for state in STATES.values() for pair in pairs_of(state.which)]
    rows = {"/".join(pair): ServiceRequest(status=pair[0], outcome=pair[1]) for pair in pairs}
    return {
        "states": {key: states.own(row) for key, row in rows.items()},
        "statuses": {key: states.status_of(row) for key, row in rows.items()},
        "notes": {key: _note(row) for key, row in rows.items()},
        "channels": {channel.value: str(channel.label) for channel in Channel},
        "phrases": {
            **{each: str(PlaceWords("{text}", each)) for each in (NEAR, IN_FRONT, ACROSS)},
            ALONG: str(on_street("{street}", "{other}")),
        },
    }


def _note(row):
    ended = PUBLIC_OUTCOMES_TO_OTHERS.get(row.outcome)
    found = ended or PUBLIC_TO_OTHERS[row.status]
    return str(found.words).replace("{days}", str(settings.DAYS_TO_CONFIRM))
