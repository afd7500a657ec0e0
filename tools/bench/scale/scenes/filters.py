"""Scenes of all other lists and filters, for tests of their plans; they are not timed."""

from functools import partial

from tools.bench.scale.browser import Browser
from tools.bench.scale.scenes.admin import SITE
from tools.bench.scale.scenes.desk import FILTERS
from tools.bench.scale.scenes.fields import of
from tools.bench.scale.scenes.scene import add, expect, page

stranger = partial(page, who="stranger", is_timed=False)
crew = partial(page, who="crew", is_timed=False)
supervisor = partial(page, who="supervisor", is_timed=False)
lead = partial(page, who="lead", is_timed=False)
admin = partial(page, who="admin", is_timed=False)
agent = partial(page, who="agent", is_timed=False)

STATES = (
    "received", "with", "planned", "underway", "waiting", "disputed", "check", "confirmed",
    "duplicate", "passed", "withdrawn", "upheld", "older",
)  # fmt: skip
TABS = ("new", "open", "late", "disputed", "waiting", "rerouted", "held", "reported")
CHANGELISTS = {
    "servicerequest": ("status=closed", "channel=phone", "filed_at__year=2020"),
    "event": ("verb=route", "on_behalf__exact=1", "at__year=2020"),
    "photo": ("state=ready", "is_hidden__exact=1"),
    "comment": ("is_public__exact=0", "q=pothole"),
    "completion": ("resolution__id__exact=1",),
    "feedback": ("rating__exact=1",),
    "answer": ("question__id__exact=1",),
    "contact": ("bounced_at__isempty=0", "q=example"),
    "device": (), "reportersession": (), "follower": (), "accesslink": (), "draft": (),
    "contentreport": (), "idempotencyrecord": (),
}  # fmt: skip

for state in STATES:
    stranger(f"filter of the list, state {state}", path=f"/requests/?state={state}")
stranger("filter of the list, closed", path="/requests/?show=closed")
for show in ("open", "all", "fixed"):
    named, shown = f"filter of the list, {show}", f"/requests/?show={show}"
    stranger(f"{named}, group", path=f"{shown}&group={{group}}")
    stranger(
        f"{named}, newest, zone and category",
        path=f"{shown}&sort=newest&zone={{zone}}&category={{kind}}",
    )
    stranger(f"{named}, area of the map", path=f"{shown}&area={{box15}}")
stranger(
    "filter of the list, words, zone and category",
    path="/requests/?show=all&q=tree&zone={zone}&category={kind}",
)
stranger("find, an older number", path="/requests/find/?reference={older_number}")
page("your data on a device", "device", "/your-data/device/", is_timed=False)


def locate_browser(browser, cast, n) -> Browser:
    """Return a browser that has sent its location."""
    own = Browser(cast.port)
    lat, lng = of(cast.spots, 7 * n)
    expect(own.post("/requests/position/", {"latitude": lat, "longitude": lng}), 302)
    own.answers.clear()
    return own


def nearest(browser, cast, n, own, query):
    answer = own.get(f"/requests/?sort=near&{query}")
    browser.answers += own.answers
    return answer


for show in ("open", "all"):
    ask = partial(nearest, query=f"show={show}")
    add(
        f"filter of the list, {show}, nearest",
        "stranger",
        ask,
        before=locate_browser,
        is_timed=False,
    )


def each_facet(browser, cast, n, given=None, *, tab) -> None:
    """Select a value of each facet, one facet after another."""
    from routing.desk.queue.facets import FACETS

    for facet in FACETS:
        value = of(list(facet.options()), n + TABS.index(tab))[0]
        expect(browser.htmx(f"/desk/?tab={tab}&{facet.name}={value}", "queue"), 200)


for tab in TABS:
    add(f"filter of the desk, {tab}", "agent", partial(each_facet, tab=tab), is_timed=False)
    agent(f"search of the desk, {tab}", path=f"/desk/?tab={tab}&q=tree", target="queue")
agent(
    "filter of the desk, two and more",
    path="/desk/?tab=open&" + "&".join(FILTERS.values()), target="queue",
)  # fmt: skip
agent("desk, the most", path="/desk/?tab=open&most=600", target="queue")
agent("desk, a reference", path="/desk/?q={closed}")
agent("desk, views", path="/desk/views/")
agent(
    "intake, around",
    path="/desk/intake/around/?latitude={latitude}&longitude={longitude}&category_code={kind}",
)
for tab in ("planned", "waiting", "done"):
    crew(f"filter of the inbox, {tab}", path=f"/staff/?tab={tab}")
crew("filter of the inbox, mine", path="/staff/?whose=mine")
crew("filter of the inbox, category", path="/staff/?category={kind}")
crew("filter of the inbox, zone and category", path="/staff/?zone={zone}&category={kind}")
crew("search of the inbox, a word", path="/staff/?q=branch")
crew("search of the inbox, a number", path="/staff/?q={job_end}")
crew("plan poll", path="/staff/plan/live/")
for prefix, ask in {"": supervisor, "city/": lead}.items():
    named, at = prefix.strip("/") or "supervisor", f"/staff/overview/{prefix}"
    for jobs in ("late", "disputed", "unassigned", "open", "closed"):
        ask(f"jobs of the {named}, {jobs}", path=f"{at}jobs/?list={jobs}")
    ask(f"jobs of the {named}, nobody's", path=f"{at}jobs/?person=nobody")
    ask(f"jobs of the {named}, status", path=f"{at}jobs/?list=open&status=in_progress")
    ask(f"jobs of the {named}, search", path=f"{at}jobs/?list=open&q=branch")
    ask(f"file of the {named}", path=f"{at}requests.csv")
for name, filters in CHANGELISTS.items():
    for query in ("", *filters):
        admin(f"list of the admin, {name} {query}".strip(), path=f"{SITE}/{name}/?{query}")
admin("list of the admin, delivery", path="/admin/notifications/delivery/")
admin("list of the admin, proposal", path="/admin/routing/proposal/")
