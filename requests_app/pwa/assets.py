"""URLs that a phone caches so that the site opens without a network, and their version."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from city import cache, danger
from city.base_map import layers
from city.models import City

RESIDENT_FILES = [
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
    "js/lib/api.js",
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
CREW_FILES = [
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
    "js/lib/page-cache.js",
    "js/lib/dom.js",
    "js/staff_portal/opened.js",
    "js/staff_portal/live.js",
    "js/lib/mentions.js",
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
WORKER_FILE = "js/worker.js"
WORKER_PARTS = ["js/staff_portal/cache.js", "js/push/notices.js", "js/push/endpoint.js"]


def offline_page_urls() -> dict[str, str]:
    """Return the URLs of the cached pages: "report" to write one, "waiting" for unsent ones."""
    return {"report": reverse("report_offline"), "waiting": reverse("report_waiting")}


def offline_file_urls() -> list[str]:
    """Return the URLs of all files that the cached pages need."""
    addresses = [static(name) for name in RESIDENT_FILES]
    addresses.append(f"{reverse('basemap')}?v={layers.load_layers()[0]}")
    addresses.append(danger.table_url())
    if City.current().accent:
        addresses.append(reverse("city_colors"))
    return addresses


def crew_file_urls() -> list[str]:
    """Return the URLs of further files for the pages of crews, cached once a crew opens one."""
    return [static(name) for name in CREW_FILES]


def compute_version() -> str:
    """Return 16 hex digits of a hash that changes with what a phone has to cache.

    It depends on the files, the list of files, the city's configuration, and the active language,
    because cached pages are in the language of the person.
    """
    names = " ".join([*RESIDENT_FILES, *CREW_FILES])
    files = getattr(staticfiles_storage, "manifest_hash", "") or _hash_source_files()
    known = f"{names} {files} {cache.current_version()} {get_language()}"
    return hashlib.sha256(known.encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _hash_source_files() -> str:
    """Return a hash of the source files, if no static files were collected, as in tests.

    Computed once per process. Raise FileNotFoundError for a listed file that does not exist.
    """
    digest = hashlib.sha256()
    for name in [*RESIDENT_FILES, *CREW_FILES, WORKER_FILE, *WORKER_PARTS]:
        path = finders.find(name)
        if path is None:
            raise FileNotFoundError(name)
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()
