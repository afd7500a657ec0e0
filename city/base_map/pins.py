"""Map pins by kind, which differ by shape. A script renders the same pins on the live map."""

from city.models import City

_ACCENT = "#00687d"
# Custom properties of pages (static/css/tokens.css), with light mode's colors as fallback.
_MAIN, _LINE = f"var(--accent, {_ACCENT})", "var(--map-pin, #fff)"
_FIXED, _CLOSED = "var(--ok, #1d6a3f)", "var(--ink-3, #5a696d)"


def render_pin(kind: str) -> str:
    """Return SVG around 0, 0 in the city's color: reported, working, fixed, closed or selected.

    Raise KeyError for another kind.
    """
    return _PINS[kind].replace(_ACCENT, City.current().accent or _ACCENT)


_PINS = {
    "reported": f'<circle r="7" fill="{_LINE}" stroke="{_MAIN}" stroke-width="3.5"/>',
    "working": f'<circle r="8" fill="{_MAIN}" stroke="{_LINE}" stroke-width="2.5"/>',
    "fixed": (
        f'<rect x="-8" y="-8" width="16" height="16" rx="3" fill="{_FIXED}" stroke="{_LINE}" '
        f'stroke-width="2"/><path d="m-4 0 3 3 5-6" fill="none" stroke="{_LINE}" '
        'stroke-width="2.4"/>'
    ),
    "closed": f'<circle r="6" fill="{_CLOSED}" stroke="{_LINE}" stroke-width="2.5"/>',
    "selected": (
        '<ellipse cy="1" rx="7" ry="3" fill="#14262b" opacity=".25"/>'
        f'<path d="M0 0s-18-16-18-31a18 18 0 0 1 36 0c0 15-18 31-18 31z" fill="{_MAIN}" '
        f'stroke="{_LINE}" stroke-width="2.5"/><circle cy="-31" r="6.5" fill="{_LINE}"/>'
    ),
}
