"""The home page's background picture of the city's streets and waters in faint lines.

A city by the sea shows a drawing of a coast instead.
"""

import math
from collections.abc import Iterable, Iterator

from shapely import LineString
from shapely.geometry.base import BaseGeometry

from city import cache
from city.base_map.drawing import METRES_PER_DEGREE, Frame, load_figures, svg_path
from city.geo import build_line, select_parts
from city.models import Street

SIZES = {"wide": (1440, 490), "phone": (390, 420)}  # pixels, as the page shows them

_SHARE_SHOWN = 0.92  # of the city's width, so that lines extend beyond the picture
_MIN_PIXELS = 3  # smaller details are dropped
_STROKES = {True: (".26", "2.4"), False: (".13", "1.2")}  # opacity and width, for main streets


def render_headline(size: str) -> str:
    """Return an SVG of `SIZES[size]` with white lines and a transparent background.

    Raise KeyError for an unknown size. All sizes are rendered at once and cached.
    """
    return _render_all_sizes()[size]


@cache.cache_per_version
def _render_all_sizes() -> dict[str, str]:
    """Return the picture of each size in SIZES."""
    areas, _zones, outline, *_lines = load_figures()
    streets = [
        (street.kind == Street.Kind.MAIN, build_line(points))
        for street in Street.objects.order_by("pk")
        for points in street.lines
    ]
    waters = [figure for kind, figure in areas if kind in ("ocean", "water")]
    return {name: _render_svg(outline, streets, waters, *pixels) for name, pixels in SIZES.items()}


def _render_svg(
    outline: BaseGeometry,
    streets: list[tuple[bool, LineString]],
    waters: list[BaseGeometry],
    width: int,
    height: int,
) -> str:
    """Return an SVG of `width` × `height` pixels; `streets` are (whether main, line).

    A city that is higher than the picture is cut above and below.
    """
    west, south, east, north = outline.bounds
    lat, lng = (south + north) / 2, (west + east) / 2
    metres = max(east - west, 1e-6) * math.cos(math.radians(lat)) * METRES_PER_DEGREE
    scale = metres * _SHARE_SHOWN / width  # metres per pixel; a high city is cut above and below
    frame = Frame(lat, lng, scale, width, height)
    areas = "".join(f"{path}z" for path in _visible_paths(frame, waters, "Polygon"))
    parts = [f'<path fill="#fff" fill-opacity=".09" d="{areas}"/>'] if areas else []
    for is_main, (opacity, thick) in _STROKES.items():
        lines = [line for main, line in streets if main is is_main]
        if path := "".join(_visible_paths(frame, lines, "LineString")):
            parts.append(
                f'<path fill="none" stroke="#fff" stroke-opacity="{opacity}" '
                f'stroke-width="{thick}" stroke-linecap="round" d="{path}"/>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'preserveAspectRatio="xMidYMid slice">{_render_fade(width, height)}'
        f'<g mask="url(#words)">{"".join(parts)}</g></svg>'
    )


def _visible_paths(
    frame: Frame, figures_of_kind: Iterable[BaseGeometry], kind: str
) -> Iterator[str]:
    """Yield SVG path data of the visible parts of type `kind`, without details too small to see."""
    sight, least = frame.visible_area(), _MIN_PIXELS * frame.scale / METRES_PER_DEGREE
    for figure in figures_of_kind:
        for part in select_parts(sight.intersection(figure).simplify(least), kind):
            if part.length > least:
                edge = part.exterior if kind == "Polygon" else part
                yield svg_path(frame.to_pixel(y, x) for x, y in edge.coords)


def _render_fade(width: int, height: int) -> str:
    """Return a mask that fades the picture behind the text, on the left or on top."""
    to = 'x2="1" y2="0"' if width > height else 'x2="0" y2="1"'
    return (
        f'<linearGradient id="fade" {to}><stop offset=".3" stop-color="#fff" stop-opacity=".12"/>'
        '<stop offset=".6" stop-color="#fff"/></linearGradient>'
        f'<mask id="words"><path fill="url(#fade)" d="M0 0h{width}v{height}H0z"/></mask>'
    )
