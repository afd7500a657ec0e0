"""The values of fields in braces in a scene's URL, different for each visit."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.bench.scale.cast import Cast

NOUNS = ("tree", "sidewalk", "graffiti", "light", "bus", "trash", "noise", "sign", "meter", "dog")
RARE = ("narwhal", "zeppelin", "gondola", "tuba", "quill", "yak", "lute", "oboe", "otter", "easel")


def of(items: Sequence, n: int) -> Any:
    return items[n % len(items)]


def box(cast: "Cast", n: int, zoom: int) -> str:
    """Return the area of the map around a spot on a screen of 1440 by 900 pixels."""
    lat, lng = map(float, of(cast.spots, 7 * n))
    wide, high = 475 * 360 / 256 / 2**zoom, 420 * 298 / 256 / 2**zoom
    edges = (lng - wide, lat - high, lng + wide, lat + high)
    return ",".join(f"{edge:.5f}" for edge in edges)


FIELDS: dict[str, Callable[["Cast", int], Any]] = {
    "n": lambda c, n: n,
    "zone": lambda c, n: of(c.zones, n),
    "kind": lambda c, n: of(c.kinds[:12], n),
    "rare_kind": lambda c, n: of(c.kinds[-8:], n),
    "group": lambda c, n: of(c.groups, n),
    "since": lambda c, n: c.month(n)[0],
    "until": lambda c, n: c.month(n)[1],
    "year": lambda c, n: f"from={2016 + n % 9}-02-01&to={2017 + n % 9}-01-31",
    "noun": lambda c, n: of(NOUNS, n),
    "rare_noun": lambda c, n: of(RARE, n),
    "street": lambda c, n: of(c.streets, n).replace(" ", "+"),
    "number": lambda c, n: 1200 + n,
    "older_number": lambda c, n: of(c.older_numbers, n),
    "spot": lambda c, n: "lat={}&long={}".format(*of(c.spots, 7 * n)),
    "latitude": lambda c, n: f"{of(c.spots, n)[0]:.6f}",
    "longitude": lambda c, n: f"{of(c.spots, n)[1]:.6f}",
    "closed": lambda c, n: of(c.references("closed"), n),
    "closed_end": lambda c, n: of(c.references("closed"), n)[-4:],
    "open": lambda c, n: of(c.references("open"), n),
    "new": lambda c, n: of(c.references("new")[:40], n),
    "job": lambda c, n: of(c.references("job"), n),
    "job_end": lambda c, n: of(c.references("job"), n)[-4:],
    **{f"box{zoom}": partial(box, zoom=zoom) for zoom in (11, 13, 14, 15, 16, 17)},
}


class Given(dict):
    """The fields of the `n`-th visit; each value is computed when it is used."""

    def __init__(self, cast: "Cast", n: int) -> None:
        super().__init__()
        self._cast, self._n = cast, n

    def __missing__(self, name: str) -> Any:
        return FIELDS[name](self._cast, self._n)
