"""What a phone keeps of this site so that it opens without a network, and under which version."""

import hashlib
from functools import lru_cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from city import cache, danger
from city.base_map import drawing
from city.models import City

STYLES = ["tokens", "uswds", "base", "components", "large", "resident", "print", "map", "phone"]
SCRIPTS = [
    *(
        "phone",
        "phone-store",
        "report-store",
        "report-outbox",
        "report-deliver",
        "report-sending",
        "report-offline",
        "danger-words",
        "danger-watch",
    ),
    *("report-waiting", "report-keep", "report-net", "report-pending", "report-photos"),
    *("straight", "transfer", "photo-preview", "photo-room", "photo-upload", "mended"),
    *("report-token", "report-send", "proof-solve", "map-picker", "basemap", "map-names", "locate"),
    "distance",
]
FILES = [
    *(f"css/{name}.css" for name in STYLES),
    *(f"js/{name}.js" for name in SCRIPTS),
    "vendor/leaflet/leaflet.js",
    "vendor/leaflet/leaflet.css",
    "icons/sprite.svg",
    "img/correct8.svg",
    "img/checkbox-indeterminate.svg",
]
CREW = [
    *(f"css/{name}.css" for name in ("crew", "crew-plan", "crew-job")),
    *(f"js/crew-{name}.js" for name in (
        *("check", "chips", "complete", "finish", "kept", "live", "moved", "outbox"),
        *("photos", "pick", "place", "plan", "proof", "queue", "send", "sheet", "viewer"),
    )),
    "js/acts.js",
    "js/photo-choice.js",
]  # fmt: skip
WORKER = "js/worker.js"
CREW_WORKER = "js/worker-crew.js"


def pages() -> dict[str, str]:
    """The pages that are kept: where a report is written, and where it waits."""
    return {"report": reverse("report_offline"), "waiting": reverse("report_waiting")}


def files() -> list[str]:
    """The addresses of all that the kept pages are made of."""
    addresses = [static(name) for name in FILES]
    addresses.append(f"{reverse('basemap')}?v={drawing.layers()[0]}")
    addresses.append(danger.address())
    if City.objects.current().accent:
        addresses.append(reverse("city_colors"))
    return addresses


def crew_files() -> list[str]:
    """What the pages of a crew are made of beside that; kept once one of those is."""
    return [static(name) for name in CREW]


def version() -> str:
    """Another one as soon as a file, the list of them or the city's configuration changes, or a
    person's language: the pages are kept in the language in which they are read.
    """
    names = " ".join([*FILES, *CREW])
    known = f"{names} {_of_files()} {cache.current_version()} {get_language()}"
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def _of_files():
    return staticfiles_storage.manifest_hash or _of_sources()


@lru_cache(maxsize=1)
def _of_sources():
    """Where nothing was collected, as in a test: of the files as this process found them."""
    digest = hashlib.sha256()
    for name in [*FILES, *CREW, WORKER, CREW_WORKER]:
        with open(finders.find(name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()
