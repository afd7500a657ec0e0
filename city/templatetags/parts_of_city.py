"""`{% part_of_city "components/foot.html" %}`: a part that all pages have, rendered once."""

from functools import cache

from django import template
from django.utils.html import escape

from city.rendered import RenderedOfCity
from lib.rendered import hole

register = template.Library()

_HERE, _TOKEN = hole(), hole()
_rendered = cache(lambda name: RenderedOfCity(name, most=50))


@register.simple_tag(takes_context=True)
def part_of_city(context, name):
    """Of this template, which reads `city`, `languages`, `here` (the page's path and query) and
    `csrf_token` alone. The last two differ from page to page.
    """
    request = context.get("request")
    return _rendered(name)(
        languages=tuple(context.get("languages", ())),
        here=_HERE,
        csrf_token=_TOKEN,
        holes={
            _HERE: escape(request.get_full_path()) if request else "",
            _TOKEN: context.get("csrf_token", ""),
        },
    )
