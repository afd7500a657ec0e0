"""What a phone keeps of this site so that it opens without a network, and under which version."""

import hashlib
from functools import lru_cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from city import cache, danger
from city.base_map import layers
from city.models import City

FILES = [
    "css/tokens.css",
    "css/dark.css",
    "css/uswds.css",
    "css/base.css",
    "css/components.css",
    "css/zoomed-text.css",
    "css/resident.css",
    "css/print.css",
    "css/map.css",
    "css/filing.css",
    "css/photos.css",
    "css/browsing.css",
    "css/tracking.css",
    "js/filing/alarm-in-view.js",
    "js/filing/page.js",
    "js/filing/form-drafts.js",
    "js/filing/network.js",
    "js/filing/offline.js",
    "js/filing/photos.js",
    "js/filing/send.js",
    "js/filing/unsent.js",
    "js/filing/waiting.js",
    "js/outbox/api.js",
    "js/outbox/database.js",
    "js/outbox/loop.js",
    "js/outbox/outbox.js",
    "js/outbox/pending-photos.js",
    "js/outbox/reports.js",
    "js/danger/watch.js",
    "js/danger/words.js",
    "js/map/basemap.js",
    "js/map/names.js",
    "js/map/picker.js",
    "js/map/pin-map.js",
    "js/lib/challenge.js",
    "js/lib/discard.js",
    "js/lib/distance.js",
    "js/lib/draft-store.js",
    "js/lib/error-summary.js",
    "js/lib/form-values.js",
    "js/lib/locale.js",
    "js/lib/locate.js",
    "js/lib/error-lines.js",
    "js/lib/photo-preview.js",
    "js/lib/photo-upload.js",
    "js/lib/place-words.js",
    "js/lib/poller.js",
    "js/lib/storage.js",
    "js/lib/template.js",
    "js/lib/upload.js",
    "vendor/leaflet/leaflet.js",
    "vendor/leaflet/leaflet.css",
    "icons/sprite.svg",
    "img/correct8.svg",
    "img/checkbox-indeterminate.svg",
]
CREW = [
    "css/app-bar.css",
    "css/staff_portal/crew.css",
    "css/staff_portal/plan.css",
    "css/staff_portal/job.css",
    "js/staff_portal/prefetch-day.js",
    "js/staff_portal/validate-completion.js",
    "js/staff_portal/chips.js",
    "js/staff_portal/completion.js",
    "js/staff_portal/crew-form.js",
    "js/staff_portal/camera.js",
    "js/staff_portal/offline-page.js",
    "js/staff_portal/opened.js",
    "js/staff_portal/live.js",
    "js/staff_portal/moved.js",
    "js/staff_portal/kept-forms.js",
    "js/staff_portal/photos.js",
    "js/staff_portal/pick.js",
    "js/staff_portal/location.js",
    "js/staff_portal/day-plan.js",
    "js/staff_portal/proof.js",
    "js/staff_portal/undo.js",
    "js/staff_portal/waiting.js",
    "js/staff_portal/waiting-bar.js",
    "js/staff_portal/waiting-list.js",
    "js/outbox/completions.js",
    "js/staff_portal/viewer.js",
    "js/lib/form-enhance.js",
    "js/lib/photo-choice.js",
    "js/lib/photo-viewer.js",
]
WORKER = "js/worker.js"
CREW_WORKER = "js/staff_portal/cache.js"


def pages() -> dict[str, str]:
    """The pages that are kept: where a report is written, and where it waits."""
    return {"report": reverse("report_offline"), "waiting": reverse("report_waiting")}


def files() -> list[str]:
    """The addresses of all that the kept pages are made of."""
    addresses = [static(name) for name in FILES]
    addresses.append(f"{reverse('basemap')}?v={layers.load_layers()[0]}")
    addresses.append(danger.table_url())
    if City.current().accent:
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
    files = staticfiles_storage.manifest_hash or _of_sources()
    known = f"{names} {files} {cache.current_version()} {get_language()}"
    return hashlib.sha256(known.encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _of_sources() -> str:
    """Where nothing was collected, as in a test: of the files as this process found them."""
    digest = hashlib.sha256()
    for name in [*FILES, *CREW, WORKER, CREW_WORKER]:
        with open(finders.find(name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()
