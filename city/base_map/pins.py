"""Pins of the drawn map by kind, which differ by shape. A script draws the same on the live map."""

from city.models import City

_ACCENT, _CLOSED = "#00687d", "#5a696d"


def pin_of(kind) -> str:
    """SVG around 0, 0 in the city's own color: reported, working, fixed, closed or selected."""
    return _PINS[kind].replace(_ACCENT, City.current().accent or _ACCENT)


_PINS = {
    "reported": f'<circle r="7" fill="#fff" stroke="{_ACCENT}" stroke-width="3.5"/>',
    "working": f'<circle r="8" fill="{_ACCENT}" stroke="#fff" stroke-width="2.5"/>',
    "fixed": (
        '<rect x="-8" y="-8" width="16" height="16" rx="3" fill="#1d6a3f" stroke="#fff" '
        'stroke-width="2"/><path d="m-4 0 3 3 5-6" fill="none" stroke="#fff" stroke-width="2.4"/>'
    ),
    "closed": f'<circle r="6" fill="{_CLOSED}" stroke="#fff" stroke-width="2.5"/>',
    "selected": (
        '<ellipse cy="1" rx="7" ry="3" fill="#14262b" opacity=".25"/>'
        f'<path d="M0 0s-18-16-18-31a18 18 0 0 1 36 0c0 15-18 31-18 31z" fill="{_ACCENT}" '
        'stroke="#fff" stroke-width="2.5"/><circle cy="-31" r="6.5" fill="#fff"/>'
    ),
}
