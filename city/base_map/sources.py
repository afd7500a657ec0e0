"""The URLs from which a map in the browser loads its data."""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from city.base_map.layers import load_layers


class MapSources(NamedTuple):
    """The URL of the base map's layers, and that of map tiles with their credit, or ""."""

    layers: str
    tiles: str
    credit: str


def build_map_sources() -> MapSources:
    """Return the sources of a page's map; the URL of the layers changes with the base map."""
    content_hash, _text = load_layers()
    return MapSources(
        f"{reverse('basemap')}?v={content_hash}", settings.TILE_URL, settings.TILE_CREDIT
    )
