"""Scenes of the agents' desk."""

import html
import re
import uuid
from functools import partial
from typing import Any
from urllib.parse import quote

from tools.bench.faults.browser import Forms
from tools.bench.scale.scenes.fields import of
from tools.bench.scale.scenes.scene import add, expect, page, scene

FIRST, QUEUE, PANEL = (50, 30), (30, 20), (35, 15)
FILTERS = {
    "flag=overdue": "flag=overdue", "flag=repeated": "flag=repeated",
    "status=in_progress": "status=in_progress", "due=overdue": "due=overdue",
    "age=month": "age=month", "priority=urgent": "priority=urgent",
    "channel=phone": "channel=phone",
    "photo=yes": "photo=yes", "mine=yes": "mine=yes",
    "department": "department=street-services", "group": "group=graffiti",
}  # fmt: skip

add_queue = partial(page, who="agent", wanted=QUEUE, target="queue")
add_panel = partial(page, who="agent", wanted=PANEL)

page("desk, first view", "agent", "/desk/", FIRST)
for tab in ("new", "open", "late", "disputed", "waiting", "rerouted", "held", "reported"):
    add_queue(f"desk, tab {tab}", path=f"/desk/?tab={tab}")
for name, query in FILTERS.items():
    add_queue(f"desk, open, {name}", path=f"/desk/?tab=open&{query}")
add_queue("desk, open, zone", path="/desk/?tab=open&zone={zone}")
add_queue(
    "desk, open, zone and photo and age",
    path="/desk/?tab=open&zone={zone}&photo=yes&age=older&age=month",
)
add_queue("desk, open, words", path="/desk/?tab=open&q={noun}")
add_queue("desk, caller by mail", path=lambda c, n: f"/desk/?q={quote(of(c.callers, n)[0])}")
add_queue("desk, caller by phone", path=lambda c, n: f"/desk/?q={quote(of(c.callers, n)[1])}")
add_panel("desk, panel of a new one", path="/desk/{new}/?tab=new", target="panel")
add_panel("desk, panel of an open one", path="/desk/{open}/?tab=open", target="panel")
add_panel("desk, around", path="/desk/{open}/around/")


def queue_poll(browser, cast, n) -> str:
    """Return the URL that the queue's page polls."""
    found = re.findall(r'hx-get="(/desk/live/[^"]+)"', browser.get("/desk/").text)
    return html.unescape(found[0])


def asked(browser, cast, n, given):
    return browser.get(given, **{"HX-Request": "true", "HX-Request-Type": "partial"})


def asked_anew(browser, cast, n, given):
    """Poll with an older version, as if something had changed since."""
    older = re.sub(r"([?&]v=)\d+", r"\g<1>1", given)
    return browser.get(older, **{"HX-Request": "true", "HX-Request-Type": "partial"})


add("desk, poll, unchanged", "agent", asked, before=queue_poll)
add("desk, poll, changed", "agent", asked_anew, QUEUE, before=queue_poll)
add_panel("desk, panel poll, changed", path="/desk/{open}/live/?v=0&seen=1")


def read_form(browser, path, ending) -> tuple[Any, dict, Any]:
    """Return (action, fields, choices) of a form on a page."""
    found = Forms(expect(browser.get(path), 200).text).find_by_ending(ending)
    assert found, (path, ending)
    return found


def a_new_one(browser, cast, n) -> tuple[Any, dict]:
    reference = cast.next_of("new")
    action, fields, _choices = read_form(browser, f"/desk/{reference}/?tab=new", "/routing/")
    return action, {**fields, "department": "street-services"}


@scene("desk, route and see the next", "agent", (65, 30), before=a_new_one, rounds=20)
def route(browser, cast, n, given):
    action, fields = given
    answer = expect(browser.post(action, fields), 302)
    return browser.get(answer.headers["location"])


def select_hundred(browser, cast, n) -> list:
    """Return the queue's form with a hundred requests selected for routing."""
    page = expect(browser.get("/desk/?tab=open&status=routed&most=120"), 200).text
    ticks = re.findall(r'name="row"[^>]*value="(\d+:\d+)"|value="(\d+:\d+)"[^>]*name="row"', page)
    return [a or b for a, b in ticks][:100]


@scene("desk, bulk of 100", "agent", before=select_hundred, rounds=2)
def bulk(browser, cast, n, given):
    to = of(("mobility", "street-services"), n)
    fields = {
        "key": str(uuid.uuid4()), "verb": "route", "row": given, "route-department": to,
        "route-reason": "belongs-elsewhere", "route-words": "", "query": "tab=open",
    }  # fmt: skip
    answer = expect(browser.post("/desk/batches/?tab=open", fields), 302)
    return browser.get(answer.headers["location"])
