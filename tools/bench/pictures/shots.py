"""The pictures, in the order in which they are taken: the acts change the demo's data."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tools.bench.pictures.agents import (
    an_emergency,
    black_out,
    colleague_is_first,
    continue_in_spite,
    file_the_call,
    route_what_is_selected,
    select_some,
    take_a_call,
    try_a_draft,
)  # fmt: skip
from tools.bench.pictures.browsing import DESK, PHONE, follow, nothing, press
from tools.bench.pictures.crews import (
    finish_a_pothole,
    first_job,
    plan_the_day,
    put_a_job_on_hold,
    without_a_signal,
)  # fmt: skip
from tools.bench.pictures.residents import (
    a_number_off_the_map,
    look_before_sending,
    report_a_photo,
    report_a_pothole,
    smell_gas,
    stop_for_gas,
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """`who` is signed in ("" for a resident); `first` brings the page into its state."""

    name: str
    title: str
    who: str
    path: str
    size: dict
    first: Callable[[Page], None] = nothing
    language: str = "en-US"


SHOTS = [
    Shot("home", "The first page", "", "/", PHONE),
    Shot("home-wide", "The same on a desk", "", "/", DESK),
    Shot("home-es", "The same in Spanish", "", "/", PHONE, language="es-US"),
    Shot("report-what", "What is it?", "", "/report/", PHONE),
    Shot(
        "report-same",
        "Is it one of these?",
        "",
        "/requests/?category=pothole",
        PHONE,
        report_a_pothole,
    ),
    Shot(
        "report-check",
        "What others will see",
        "",
        "/requests/?category=pothole",
        PHONE,
        look_before_sending,
    ),
    Shot(
        "report-danger", "Words of danger, while they are typed", "", "/report/", PHONE, smell_gas
    ),
    Shot(
        "report-stop", "Whom to call, first", "", "/requests/?category=pothole", PHONE, stop_for_gas
    ),
    Shot(
        "report-stop-wide",
        "The same on a desk",
        "",
        "/requests/?category=pothole",
        DESK,
        stop_for_gas,
    ),
    Shot(
        "report-number",
        "A number that is not on the map",
        "",
        "/report/",
        PHONE,
        a_number_off_the_map,
    ),
    Shot("report-offline", "A report without a network", "", "/report/offline/", PHONE),
    Shot("list", "The public list", "", "/requests/", PHONE),
    Shot("list-wide", "List and map", "", "/requests/", DESK),
    Shot("list-map", "The map on a phone", "", "/requests/?view=map", PHONE),
    Shot("list-empty", "Nothing fits", "", "/requests/?q=zeppelin", DESK),
    Shot(
        "live-es", "A request, in Spanish", "", "/requests/", PHONE, follow("main a.row"), "es-US"
    ),
    Shot("list-near", "Where are you?", "", "/requests/position/", PHONE),
    Shot(
        "content-report",
        "Something wrong with a photo or text",
        "",
        "/requests/",
        PHONE,
        report_a_photo,
    ),
    Shot("figures", "How the city is doing", "", "/figures/?period=12w", DESK),
    Shot("privacy", "What is kept, and for how long", "", "/privacy/", PHONE),
    Shot("your-data", "Your data", "", "/your-data/", PHONE),
    Shot("lost-links", "Lost links", "", "/requests/links/", PHONE),
    Shot("sign-in", "Signing in", "", "/accounts/login/", PHONE),
    Shot("sign-in-ways", "Your sign-in", "omar", "/accounts/your-sign-in/", PHONE),
    Shot(
        "sign-in-browsers",
        "Where you're signed in",
        "omar",
        "/accounts/your-sign-in/sessions/",
        PHONE,
    ),
    Shot("admin", "The administration", "ada", "/admin/", DESK),
    Shot("admin-categories", "A table of it", "ada", "/admin/city/category/", DESK),
    Shot("desk", "The desk", "omar", "/desk/", DESK),
    Shot(
        "desk-danger", "A possible emergency at the desk", "omar", "/desk/", DESK, continue_in_spite
    ),
    Shot("desk-phone", "The desk on a phone", "omar", "/desk/", PHONE),
    Shot("desk-disputed", "A request that is not fixed", "omar", "/desk/?tab=disputed", DESK),
    Shot("desk-filters", "Filters with live counts", "omar", "/desk/?tab=open", DESK, press("f")),
    Shot("desk-empty", "Nothing fits the filters", "omar", "/desk/?q=zeppelin", DESK),
    Shot("desk-keys", "The keys", "omar", "/desk/", DESK, press("?")),
    Shot("desk-photo", "Photos over the screen", "omar", "/desk/?tab=disputed", DESK, press("p")),
    Shot(
        "desk-around", "Nearby requests", "omar", "/desk/?tab=open&flag=repeated", DESK, press("m")
    ),
    Shot("desk-reply", "A canned text", "omar", "/desk/?tab=open", DESK, press("r")),
    Shot("desk-decline", "Declining with a reason", "omar", "/desk/", DESK, press("w")),
    Shot("desk-redact", "Blacking out a photo", "omar", "/desk/?tab=disputed", DESK, black_out),
    Shot("desk-lost", "A colleague was first", "omar", "/desk/", DESK, colleague_is_first),
    Shot("desk-routed", "Routed, can be undone", "omar", "/desk/", DESK, press("j", "j", "Enter")),
    Shot("desk-selected", "Several at once", "omar", "/desk/", DESK, select_some),
    Shot("desk-batch", "What became of each", "omar", "/desk/", DESK, route_what_is_selected),
    Shot("desk-intake", "Taking a call", "omar", "/desk/intake/", DESK, take_a_call),
    Shot("desk-intake-911", "A call for 911", "omar", "/desk/intake/", DESK, an_emergency),
    Shot("desk-intake-taken", "The request number", "omar", "/desk/intake/", DESK, file_the_call),
    Shot("desk-rules", "The rules, to be read", "omar", "/desk/rules/", DESK),
    Shot("rules-admin", "The rules, to be kept", "ada", "/admin/routing/routingrule/", DESK),
    Shot("rules-draft", "A draft on 90 days", "ada", "/admin/", DESK, try_a_draft),
    Shot("crew-inbox", "The jobs", "wes", "/staff/", PHONE),
    Shot("crew-map", "The same as a map", "wes", "/staff/?view=map", PHONE),
    Shot("crew-plan", "My day, empty", "wes", "/staff/plan/", PHONE),
    Shot("crew-planned", "My day", "wes", "/staff/plan/", PHONE, plan_the_day),
    Shot("crew-job", "A job that came back", "wes", "/staff/", PHONE, first_job),
    Shot("crew-hold", "On hold, with a reason", "wes", "/staff/", PHONE, put_a_job_on_hold),
    Shot("crew-finish", "Finishing", "wes", "/staff/", PHONE, finish_a_pothole),
    Shot("crew-waiting", "Without a signal", "wes", "/staff/", PHONE, without_a_signal),
    Shot("overview", "A department", "sue", "/staff/overview/", DESK),
    Shot("overview-phone", "The same on a phone", "sue", "/staff/overview/", PHONE),
    Shot("overview-jobs", "Its jobs, to be assigned", "sue", "/staff/overview/jobs/", DESK),
    Shot("overview-city", "The whole city", "lena", "/staff/overview/city/", DESK),
    Shot("admin-changes", "Who changed what", "ada", "/admin/accounts/securityrecord/", DESK),
]
