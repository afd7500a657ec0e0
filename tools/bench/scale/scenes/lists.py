"""Scenes of the home page, the public list, its search, its map and its feed."""

import html
import re
from functools import partial

from tools.bench.scale.scenes.fields import Given
from tools.bench.scale.scenes.scene import add, page

LIST, WORDS, MAP = (18, 12), (22, 40), (10, 12)
HOME, OWN_HOME = (8, 3), (10, 5)
stranger = partial(page, who="stranger")
add_words = partial(stranger, wanted=WORDS)
add_map = partial(stranger, wanted=MAP)

stranger("home", path="/", wanted=HOME)
page("home, a device with reports", "device", "/", OWN_HOME)
for name, path in {
    "open, first page": "/requests/",
    "all, first page": "/requests/?show=all",
    "zone, open": "/requests/?zone={zone}",
    "zone, all": "/requests/?show=all&zone={zone}",
    "category, open": "/requests/?category={kind}",
    "category, all": "/requests/?show=all&category={kind}",
    "rare category, open": "/requests/?category={rare_kind}",
    "state unanswered": "/requests/?state=unanswered",
    "state declined": "/requests/?state=declined",
    "fixed": "/requests/?show=fixed",
    "dates, a month of long ago": "/requests/?show=all&from={since}&to={until}",
    "dates, a month of long ago, open": "/requests/?from={since}&to={until}",
    "zone, category and a year": "/requests/?show=all&zone={zone}&category={kind}&{year}",
    "newest": "/requests/?show=all&sort=newest",
}.items():
    stranger(f"list, {name}", path=path, wanted=LIST)
for name, query in {
    "many say, all": "show=all&q={noun}",
    "many say, open": "q={noun}",
    "few say, all": "show=all&q={rare_noun}",
    "two and a street, all": "show=all&q={noun}+corner+{street}",
    "nobody says": "show=all&q=qwertzuiop",
    "end of a reference, all": "show=all&q={closed_end}",
    "2,000 letters": "show=all&q=" + "tree+" * 400,
}.items():
    add_words(f"words, {name}", path=f"/requests/?{query}")


def _deeper(browser, cast, n) -> str:
    """Return the URL of the page after the tenth, with another filter each time."""
    address = "?show=all&zone={zone}".format_map(Given(cast, n))
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
        box = f"bbox={{box{zoom}}}&zoom={zoom}"
        add_map(f"map, {show}, zoom {zoom}", path=f"/requests/map/?show={show}&{box}")
add_map("map, words, zoom 13", path="/requests/map/?show=all&q={noun}&bbox={box13}&zoom=13")
add_map("map, the whole Earth", path="/requests/map/?show=all&bbox=-180,-85,180,85&zoom=8")
stranger("embed, list", path="/embed/?show=all")
stranger("embed, map", path="/embed/?view=map")
stranger("feed, open", path="/requests/feed/")
stranger("feed, all", path="/requests/feed/?show=all")
stranger("feed, zone and category", path="/requests/feed/?zone={zone}&category={kind}")
page("my requests", "device", "/requests/mine/")
stranger("place search", path="/city/places?q={number}+wilshire")
