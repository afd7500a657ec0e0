"""Names by code, for sentences about old events; a code whose entry is gone stays a code."""

from django.db.models import Model

from city import cache
from city.models import Agency, Category
from city.models.reason import Reason
from city.translation import translate


@cache.cache_per_version
def _load_names() -> dict[tuple[type[Model], str], str]:
    """Return the name of each list entry, also inactive ones, by model and code."""
    keys: dict[type[Model], str] = dict.fromkeys(Reason.__subclasses__(), "code")
    keys |= {Agency: "slug", Category: "service_code"}
    return {
        (model, code): name
        for model, key in keys.items()
        for code, name in model._default_manager.values_list(key, "name")
    }


def find_entry_name(model: type[Model], code: str) -> str:
    """Return the name of the entry `code` of one of the city's lists, in the active language.

    `code` itself is returned if the list lacks it. Inactive entries are found, too. Makes no query.
    """
    return translate(_load_names().get((model, code), code))
