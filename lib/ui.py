"""Template tags and filters of every page: icons, scripts, dates and phone numbers."""

import re
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lib import clock, scripts
from lib.storage import default_storage

register = template.Library()


_PHONE = re.compile(r"([(+]?\d[\d().+-]*-[\d.-]*\d)")  # 3-1-1, 310-555-0142
MIRRORED_ICONS = {
    "left",
    "right",
    "send",
    "undo",
}  # point the other way in a language that is written from right to left


@register.simple_tag
def icon(name, modifier="") -> SafeString:
    """Return a decorative icon: `{% icon "pin" %}`. The modifier "small" makes it small."""
    return _render_icon(name, modifier, static("icons/sprite.svg"))


@lru_cache(1024)
def _render_icon(name, modifier, sprite) -> SafeString:
    """Return the SVG element. Icons in MIRRORED_ICONS get the class icon--points."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        (f" icon--{modifier}" if modifier else "")
        + (" icon--points" if name in MIRRORED_ICONS else ""),
        sprite,
        name,
    )


@register.simple_tag
def script_module(name) -> SafeString:
    """Return preload links and a module script: `{% script_module "js/map/picker.js" %}`.

    The links are those of list_late_imports().
    """
    links = ((static(each),) for each in scripts.list_late_imports(name))
    return format_html(
        '{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="modulepreload" href="{}">', links),
        static(name),
    )


@register.simple_tag
def direct_upload_attribute() -> str:
    """Return ` data-straight="URL"`, where scripts request upload forms.

    Return "" without a bucket that browsers can reach.
    """
    if not default_storage.public_endpoint:
        return ""
    return format_html(' data-straight="{}"', reverse("incoming_photo"))


@register.filter
def relative_date(day) -> str:
    """Return the date relative to today: today, tomorrow, Thu, Dec 10; "" for None."""
    return clock.format_relative_date(day) if day else ""


register.filter("clock_time", clock.format_time)
register.filter("relative_datetime", clock.format_relative_datetime)


@register.filter
def absolute_date(moment) -> str:
    """Return the date of a moment: Mon, Mar 2 or Mar 2, 2025; "" for None.

    The city's time zone is used.
    """
    return clock.format_absolute_date(clock.localtime(moment).date()) if moment else ""


@register.filter
def nowrap_phones(text) -> SafeString:
    """Return the text as HTML in which no phone number is broken at the end of a line."""
    pieces = enumerate(_PHONE.split(str(text)))  # every other one is a number
    in_one_line = '<span class="unbroken">{}</span>'
    said = ((format_html(in_one_line, each) if place % 2 else each,) for place, each in pieces)
    return format_html_join("", "{}", said)


@register.filter
def time_since(moment) -> str:
    """Return the time since `moment`: 42 min, 3 hr 10 min, 2 days 4 hr."""
    return clock.format_duration(clock.now() - moment)
