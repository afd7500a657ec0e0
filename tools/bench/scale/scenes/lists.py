"""Home, the public list, its words, its map and its feed."""

import html
import re
from functools import partial

from tools.bench.scale.scenes.scene import add, page

LIST, WORDS, MAP = (18, 12), (22, 40), (10, 12)
HOME, OWN_HOME = (8, 3), (10, 5)
stranger = partial(page, who="stranger")
add_list = partial(stranger, wanted=LIST)
add_words = partial(stranger, wanted=WORDS)
add_map = partial(stranger, wanted=MAP)
NOUNS = ("tree", "sidewalk", "graffiti", "light", "bus", "trash", "noise", "sign", "meter", "dog")
RARE = ("narwhal", "zeppelin", "gondola", "tuba", "quill", "yak", "lute", "oboe", "otter", "easel")


def of(items, n):
    return items[n % len(items)]


def zone(cast, n):
    return of(cast.zones, n)


def kind(cast, n):
    return of(cast.kinds[:12], n)


def dates(cast, n):
    since, until = cast.month(n)
    return f"from={since}&to={until}"


def a_year(cast, n):
    first = 2016 + n % 9
    return f"from={first}-02-01&to={first + 1}-01-31"


def box(cast, n, zoom):
    """What a screen of 1440 by 900 shows of the map, around a spot."""
    lat, lng = map(float, of(cast.spots, 7 * n))
    wide, high = 475 * 360 / 256 / 2**zoom, 420 * 298 / 256 / 2**zoom
    edges = (lng - wide, lat - high, lng + wide, lat + high)
    return f"bbox={','.join(f'{edge:.5f}' for edge in edges)}&zoom={zoom}"


stranger("home", path="/", wanted=HOME)
page("home, a device with reports", "device", "/", OWN_HOME)
add_list("list, open, first page", path="/requests/")
add_list("list, all, first page", path="/requests/?show=all")
add_list("list, zone, open", path=lambda c, n: f"/requests/?zone={zone(c, n)}")
add_list("list, zone, all", path=lambda c, n: f"/requests/?show=all&zone={zone(c, n)}")
add_list("list, category, open", path=lambda c, n: f"/requests/?category={kind(c, n)}")
add_list("list, category, all", path=lambda c, n: f"/requests/?show=all&category={kind(c, n)}")
add_list(
    "list, rare category, open", path=lambda c, n: f"/requests/?category={of(c.kinds[-8:], n)}"
)
add_list("list, state unanswered", path="/requests/?state=unanswered")
add_list("list, state declined", path="/requests/?state=declined")
add_list("list, fixed", path="/requests/?show=fixed")
add_list("list, dates, a month of long ago", path=lambda c, n: f"/requests/?show=all&{dates(c, n)}")
add_list("list, dates, a month of long ago, open", path=lambda c, n: f"/requests/?{dates(c, n)}")
add_list(
    "list, zone, category and a year",
    path=lambda c, n: f"/requests/?show=all&zone={zone(c, n)}&category={kind(c, n)}&{a_year(c, n)}",
)
add_list("list, newest", path="/requests/?show=all&sort=newest")
add_words("words, many say, all", path=lambda c, n: f"/requests/?show=all&q={of(NOUNS, n)}")
add_words("words, many say, open", path=lambda c, n: f"/requests/?q={of(NOUNS, n)}")
add_words("words, few say, all", path=lambda c, n: f"/requests/?show=all&q={of(RARE, n)}")
add_words(
    "words, two and a street, all",
    path=lambda c, n: (
        "/requests/?show=all&q=" + f"{of(NOUNS, n)} corner {of(c.streets, n)}".replace(" ", "+")
    ),
)
add_words("words, nobody says", path="/requests/?show=all&q=qwertzuiop")
add_words(
    "words, end of a reference, all",
    path=lambda c, n: f"/requests/?show=all&q={of(c.references('closed'), n)[-4:]}",
)
add_words("words, 2,000 letters", path="/requests/?show=all&q=" + "tree+" * 400)


def _deeper(browser, cast, n):
    """The address of the page after the tenth, of another filter each time."""
    address = f"?show=all&zone={zone(cast, n)}"
    for _page in range(10):
        found = re.search(r'rel="next" href="([^"]+)"', browser.get(f"/requests/{address}").text)
        if not found:
            break
        address = html.unescape(found[1])
    return address


add(
    "list, all, eleventh page",
    "stranger",
    lambda browser, cast, n, given: browser.get(f"/requests/{given}"),
    LIST,
    before=_deeper,
    rounds=4,
)
for show in ("open", "all"):
    for zoom in (11, 13, 15, 17):
        add_map(
            f"map, {show}, zoom {zoom}",
            path=lambda c, n, show=show, zoom=zoom: f"/requests/map/?show={show}&{box(c, n, zoom)}",
        )
add_map(
    "map, words, zoom 13",
    path=lambda c, n: f"/requests/map/?show=all&q={of(NOUNS, n)}&{box(c, n, 13)}",
)
add_map("map, the whole Earth", path="/requests/map/?show=all&bbox=-180,-85,180,85&zoom=8")
stranger("feed, open", path="/requests/feed/")
stranger("feed, all", path="/requests/feed/?show=all")
stranger(
    "feed, zone and category",
    path=lambda c, n: f"/requests/feed/?zone={zone(c, n)}&category={kind(c, n)}",
)
page("my requests", "device", "/requests/mine/")
stranger("place search", path=lambda c, n: f"/city/places?q={1200 + n}+wilshire")
