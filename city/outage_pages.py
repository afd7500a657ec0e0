"""Static pages that nginx shows while the application is down, or if nginx refuses a request.

Each page is in all languages of the city, because nothing can choose a language then.
"""

from pathlib import Path
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city import translation as city_translation
from city.models import City


class OutagePage(NamedTuple):
    """The texts of one page."""

    words: Promise
    title: Promise = _("One moment")
    heading: Promise = _("One moment, please")
    may_look_again: bool = False  # nothing was submitted, so a reload loses nothing


# By the names of their files in deploy/nginx/nginx.conf.template
PAGES = {
    "413": OutagePage(
        _(
            "You can send up to 200 MB at once. Please go back and choose fewer or smaller "
            "files. What you typed is saved on this device."
        ),
        title=_("Too large"),
        heading=_("These files are too large together"),
    ),
    "429": OutagePage(
        _(
            "We got too many requests from your connection. It may not be you: other people "
            "can share it. What you typed into a report is saved on this device. Wait a few "
            "seconds, then try again."
        ),
        may_look_again=True,
    ),
    "429-sent": OutagePage(
        _(
            "We got too many requests from your connection. It may not be you: other people "
            "can share it. What you typed into a report is saved on this device. Wait a few "
            "seconds, then go back and send it again."
        ),
    ),
    "503": OutagePage(
        _(
            "This site isn't responding right now. What you typed into a report is saved on this "
            "device. Wait a minute, then try again."
        ),
        may_look_again=True,
    ),
    "503-sent": OutagePage(
        _(
            "This site isn't responding right now. What you typed into a report is saved on this "
            "device. Wait a minute, then go back and send it again."
        ),
        heading=_("We couldn't save this, but your answers are still here"),
    ),
}


def write_outage_pages(folder: Path) -> None:
    """Write the pages as `folder`/NAME.html. Raise City.DoesNotExist if no city is loaded.

    The folder is created if it is missing; existing pages are overwritten.
    """
    seen = {"city": City.current(), "languages": city_translation.list_offered_languages()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        html = render_to_string("unavailable/page.html", {"page": page, **seen})
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
