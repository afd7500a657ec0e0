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
    "filing/page",
    "outbox/database",
    "outbox/report-store",
    "outbox/report-rows",
    "outbox/report-deliver",
    "outbox/report-loop",
    "filing/offline",
    "danger/words",
    "danger/watch",
    "filing/waiting",
    "filing/keep",
    "filing/network",
    "outbox/parts",
    "filing/photos",
    "lib/direct-upload",
    "lib/upload",
    "lib/photo-preview",
    "lib/photo-room",
    "lib/photo-upload",
    "lib/mended",
    "outbox/token",
    "filing/send",
    "filing/challenge-worker",
    "map/picker",
    "map/basemap",
    "map/names",
    "lib/locate",
    "lib/distance",
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
    "css/staff_portal/crew.css",
    "css/staff_portal/plan.css",
    "css/staff_portal/job.css",
    "js/staff_portal/check.js",
    "js/staff_portal/chips.js",
    "js/staff_portal/completion.js",
    "js/staff_portal/camera.js",
    "js/staff_portal/offline-page.js",
    "js/staff_portal/live.js",
    "js/staff_portal/moved.js",
    "js/outbox/completion-loop.js",
    "js/staff_portal/photos.js",
    "js/staff_portal/pick.js",
    "js/staff_portal/location.js",
    "js/staff_portal/day-plan.js",
    "js/staff_portal/proof.js",
    "js/outbox/completion-rows.js",
    "js/outbox/completion-deliver.js",
    "js/outbox/completion-list.js",
    "js/staff_portal/viewer.js",
    "js/lib/once.js",
    "js/lib/photo-choice.js",
]
WORKER = "js/worker.js"
CREW_WORKER = "js/staff_portal/cache.js"


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
