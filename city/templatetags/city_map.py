"""What a map in a page needs to know: `{% map_sources %}` among its attributes."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from city.base_map.layers import layers

register = template.Library()


@register.simple_tag
def map_sources():
    """Attributes with the address of the base map's layers and, where set, of a tile server."""
    content_hash, _text = layers()
    attributes = format_html('data-layers="{}?v={}"', reverse("basemap"), content_hash)
    if not settings.TILE_URL:
        return attributes
    return format_html(
        '{} data-tiles="{}" data-credit="{}"',
        attributes,
        settings.TILE_URL,
        settings.TILE_CREDIT,
    )
