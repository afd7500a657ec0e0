"""The list of screenshots, in order: the actions change the demo's data."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page

from tools.bench.pictures import agents, crews, residents
from tools.bench.pictures.browsing import DESK, PHONE, follow, nothing, press


@dataclass(frozen=True)
class Shot:
    """A screenshot; `who` is signed in ("" for a resident), and `first` prepares the page."""

    name: str
    title: str
    path: str
    who: str
    size: dict
    first: Callable[[Page], None] = nothing
    language: str = "en-US"


POTHOLES = "/requests/?category=pothole"
resident = partial(Shot, who="", size=PHONE)
resident_wide = partial(Shot, who="", size=DESK)
agent = partial(Shot, who="omar", size=DESK)
crew = partial(Shot, who="wes", size=PHONE)

SHOTS = [
    resident("home", "The first page", "/"),
    resident_wide("home-wide", "The same on a desk", "/"),
    resident("home-es", "The same in Spanish", "/", language="es-US"),
    resident("report-what", "What is it?", "/report/"),
    resident("report-same", "Is it one of these?", POTHOLES, first=residents.report_a_pothole),
    resident(
        "report-check",
        "What others will see",
        POTHOLES,
        first=residents.look_before_sending,
    ),
    resident(
        "report-danger",
        "Words of danger, while they are typed",
        "/report/",
        first=residents.smell_gas,
    ),
    resident("report-stop", "Whom to call, first", POTHOLES, first=residents.stop_for_gas),
    resident_wide("report-stop-wide", "The same on a desk", POTHOLES, first=residents.stop_for_gas),
    resident(
        "report-number",
        "A number that is not on the map",
        "/report/",
        first=residents.a_number_off_the_map,
    ),
    resident("report-offline", "A report without a network", "/report/offline/"),
    resident("list", "The public list", "/requests/"),
    resident_wide("list-wide", "List and map", "/requests/"),
    resident("list-map", "The map on a phone", "/requests/?view=map"),
    resident_wide("list-empty", "Nothing fits", "/requests/?q=zeppelin"),
    resident(
        "live-es",
        "A request, in Spanish",
        "/requests/",
        first=follow("main a.row"),
        language="es-US",
    ),
    resident("list-near", "Where are you?", "/requests/position/"),
    resident(
        "content-report",
        "Something wrong with a photo or text",
        "/requests/",
        first=residents.report_a_photo,
    ),
    resident_wide("figures", "How the city is doing", "/figures/?period=12w"),
    resident("privacy", "What is kept, and for how long", "/privacy/"),
    resident("your-data", "Your data", "/your-data/"),
    resident("lost-links", "Lost links", "/requests/links/"),
    resident("sign-in", "Signing in", "/accounts/login/"),
    Shot("sign-in-ways", "Your sign-in", "/accounts/your-sign-in/", who="omar", size=PHONE),
    Shot(
        "sign-in-browsers",
        "Where you're signed in",
        "/accounts/your-sign-in/sessions/",
        who="omar",
        size=PHONE,
    ),
    Shot("admin", "The administration", "/admin/", who="ada", size=DESK),
    Shot("admin-categories", "A table of it", "/admin/city/category/", who="ada", size=DESK),
    agent("desk", "The desk", "/desk/"),
    agent(
        "desk-danger", "A possible emergency at the desk", "/desk/", first=agents.continue_in_spite
    ),
    Shot("desk-phone", "The desk on a phone", "/desk/", who="omar", size=PHONE),
    agent("desk-disputed", "A request that is not fixed", "/desk/?tab=disputed"),
    agent("desk-filters", "Filters with live counts", "/desk/?tab=open", first=press("f")),
    agent("desk-empty", "Nothing fits the filters", "/desk/?q=zeppelin"),
    agent("desk-keys", "The keys", "/desk/", first=press("?")),
    agent("desk-photo", "Photos over the screen", "/desk/?tab=disputed", first=press("p")),
    agent("desk-around", "Nearby requests", "/desk/?tab=open&flag=repeated", first=press("m")),
    agent("desk-reply", "A canned text", "/desk/?tab=open", first=press("r")),
    agent("desk-decline", "Declining with a reason", "/desk/", first=press("w")),
    agent("desk-redact", "Blacking out a photo", "/desk/?tab=disputed", first=agents.black_out),
    agent("desk-lost", "A colleague was first", "/desk/", first=agents.colleague_is_first),
    agent("desk-routed", "Routed, can be undone", "/desk/", first=press("j", "j", "Enter")),
    agent("desk-selected", "Several at once", "/desk/", first=agents.select_some),
    agent("desk-batch", "What became of each", "/desk/", first=agents.route_what_is_selected),
    agent("desk-intake", "Taking a call", "/desk/intake/", first=agents.take_a_call),
    agent("desk-intake-911", "A call for 911", "/desk/intake/", first=agents.an_emergency),
    agent("desk-intake-taken", "The request number", "/desk/intake/", first=agents.file_the_call),
    agent("desk-rules", "The rules, to be read", "/desk/rules/"),
    Shot(
        "rules-admin", "The rules, to be kept", "/admin/routing/routingrule/", who="ada", size=DESK
    ),
    Shot(
        "rules-draft",
        "A draft on 90 days",
        "/admin/",
        who="ada",
        size=DESK,
        first=agents.try_a_draft,
    ),
    crew("crew-inbox", "The jobs", "/staff/"),
    crew("crew-map", "The same as a map", "/staff/?view=map"),
    crew("crew-plan", "My day, empty", "/staff/plan/"),
    crew("crew-planned", "My day", "/staff/plan/", first=crews.plan_the_day),
    crew("crew-job", "A job that came back", "/staff/", first=crews.first_job),
    crew("crew-hold", "On hold, with a reason", "/staff/", first=crews.put_a_job_on_hold),
    crew("crew-finish", "Finishing", "/staff/", first=crews.finish_a_pothole),
    crew("crew-waiting", "Without a signal", "/staff/", first=crews.without_a_signal),
    Shot("overview", "A department", "/staff/overview/", who="sue", size=DESK),
    Shot("overview-phone", "The same on a phone", "/staff/overview/", who="sue", size=PHONE),
    Shot(
        "overview-jobs", "Its jobs, to be assigned", "/staff/overview/jobs/", who="sue", size=DESK
    ),
    Shot("overview-city", "The whole city", "/staff/overview/city/", who="lena", size=DESK),
    Shot(
        "admin-changes", "Who changed what", "/admin/accounts/securityrecord/", who="ada", size=DESK
    ),
]
