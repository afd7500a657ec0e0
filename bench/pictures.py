"""Takes the pictures in `docs/pictures/` from a running demo, in real Chromium, and lists them.

`.venv/bin/python -m bench.pictures http://localhost:8000 [names]` against `./run demo --fresh`.
Each shot says who looks, where, and what they do first; they change the demo's data as people
would, in the order of the list. Without names `docs/pages.md` is written too.
"""

import io
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from santa311.demo.drawing import draw
from santa311.demo.people import PASSWORD
from tests.chromium import find_chromium

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURES = DOCS / "pictures"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
HERE = {"latitude": 34.0195, "longitude": -118.4912, "accuracy": 8}
HEAD = """# The pages, in their states

Taken from `./run demo` by `bench/pictures.py`, on 1440×900 and on a phone of 390×844.
"""


def nothing(page):
    """Look, and touch nothing."""


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


def press(*keys):
    def do(page):
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(600)

    return do


def follow(selector):
    def do(page):
        page.locator(selector).first.click()
        page.wait_for_timeout(1000)

    return do


def write(text):
    def do(page):
        page.keyboard.type(text)
        page.wait_for_timeout(1000)

    return do


def select_some(page):
    press("b")(page)
    for _line in range(4):
        press("x", "ArrowDown")(page)


def route_what_is_selected(page):
    select_some(page)
    press("1")(page)
    page.select_option("#bulk-department", "street-services")
    page.get_by_role("button", name="Route selected").click()
    page.wait_for_timeout(2500)


def colleague_is_first(page):
    """omar types a question; lena routes the request meanwhile; he reads what happened."""
    press("j", "a")(page)
    write("Which side of the street is it on?")(page)
    base = page.url.split("/desk/")[0]
    with someone(page.context.browser, base, "lena", DESK) as other:
        other.goto(page.url)
        other.wait_for_timeout(1200)
        press("d")(other)
        other.select_option("#route-to", "mobility")
        other.get_by_role("button", name="Route it").click()
        other.wait_for_timeout(1500)
    page.wait_for_timeout(7000)


def take_a_call(page, about="pothole"):
    for words in ("pico and 4th", about):
        write(words)(page)
        press("Enter")(page)
    page.wait_for_timeout(1000)


def an_emergency(page):
    take_a_call(page, "tree down")
    page.locator("#questions fieldset", has_text="wires").locator("input").first.focus()
    press("1", "Control+Enter")(page)
    page.wait_for_timeout(1000)


def file_the_call(page):
    take_a_call(page)
    press("2", "1")(page)
    write("Deep hole in the right lane, cars swerve around it.")(page)
    press("Control+Enter")(page)
    page.wait_for_timeout(1500)


def black_out(page):
    press("g")(page)
    page.wait_for_timeout(1500)
    box = page.locator("[data-draw]").bounding_box()
    x, y = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.45
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.2, y + box["height"] * 0.2, steps=8)
    page.mouse.up()
    page.wait_for_timeout(500)


def first_job(page):
    follow("main a[href^='/staff/SM-']")(page)


def a_pothole(page):
    page.locator("main a[href^='/staff/SM-']", has_text="Pothole").first.click()
    page.wait_for_timeout(1000)


def put_a_job_on_hold(page):
    a_pothole(page)
    page.locator(".more4 summary", has_text="Hold").first.click()
    page.wait_for_timeout(600)


def finish_a_pothole(page):
    """It is started if it was not; a drawing stands in for what the camera brings."""
    a_pothole(page)
    start = page.get_by_role("button", name="Start work", exact=True)
    if start.is_visible():
        start.click()
        page.wait_for_timeout(1000)
    with page.expect_file_chooser() as camera:
        page.get_by_role("link", name="Finish", exact=True).click()
    camera.value.set_files(
        {
            "name": "done.jpg",
            "mimeType": "image/jpeg",
            "buffer": draw("pothole", fixed=True, seed=3),
        }
    )
    page.wait_for_timeout(2500)


def say_what(page):
    page.locator(".usual label.usa-radio__label").first.click()
    page.get_by_role("button", name="Filled and level").first.click()
    page.wait_for_timeout(300)


def send(page):
    page.get_by_role("button", name="Done, send it", exact=True).click()
    page.wait_for_timeout(3000)


def without_a_signal(page):
    finish_a_pothole(page)
    page.context.set_offline(True)
    say_what(page)
    send(page)


def plan_the_day(page):
    page.get_by_role("button", name="Add").first.click()
    page.wait_for_timeout(1500)


def try_a_draft(page):
    base = page.url.split("/admin/")[0]
    page.goto(base + "/admin/routing/routingrule/")
    page.get_by_role("link", name="Draft and try other rules").click()
    page.get_by_label("Name").fill("Night crews")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("Name").fill("Potholes at the weekend → Water")
    page.get_by_label("Position").fill("1")
    page.get_by_label("Category").select_option("Pothole")
    for day in ("Sat", "Sun"):
        page.get_by_label(day).check()
    page.get_by_label("Department").select_option("Water Resources")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Try it on the last 90 days").click()
    page.wait_for_timeout(2500)


def report_a_pothole(page):
    """As far as the place, which is where a pothole lies already."""
    base = page.url.split("/requests/")[0]
    place = page.locator("main .row__m").first.inner_text().split("·")[0]
    page.goto(base + "/report/?category=pothole")
    page.wait_for_timeout(800)
    page.locator("main form button.usa-button--big").last.click()
    page.wait_for_timeout(1500)
    page.locator("#id_text").fill(place.strip())
    page.wait_for_timeout(1500)
    page.locator(".places button").first.click()
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Use this spot").click()
    page.wait_for_timeout(1500)


def smell_gas(page):
    page.get_by_label("Say it in your own words").fill("I smell gas near the alley")
    page.wait_for_timeout(1500)


def stop_for_gas(page):
    look_before_sending(page, "I smell gas right here.")


def continue_in_spite(page):
    """A resident goes on; the desk hears of it."""
    base = page.url.split("/desk/")[0]
    with someone(page.context.browser, base, "", PHONE) as resident:
        resident.goto(base + "/requests/?category=pothole")
        stop_for_gas(resident)
        resident.get_by_role("button", name="No one is in danger: continue").click()
        resident.wait_for_timeout(1500)
        resident.locator("main form button.usa-button--big").last.click()
        resident.wait_for_timeout(2000)
    page.goto(base + "/desk/")
    page.wait_for_timeout(2000)


def a_number_off_the_map(page):
    page.goto(page.url.split("/report/")[0] + "/report/?category=pothole")
    page.wait_for_timeout(800)
    page.locator("main form button.usa-button--big").last.click()
    page.wait_for_timeout(1500)
    page.locator("#id_text").fill("9999 Main Street")
    page.wait_for_timeout(1500)


def report_a_photo(page):
    follow("main a.row")(page)
    page.get_by_role("link", name="Report something wrong with a photo or text").click()
    page.wait_for_timeout(1000)


def look_before_sending(page, note="Deep, by the bus stop. Call me: 310-555-0142."):
    report_a_pothole(page)
    if "/same/" in page.url:
        page.get_by_role("button", name="No, mine is different").click()
        page.wait_for_timeout(1200)
    for group in page.locator("main fieldset").all():
        group.locator("label").last.click()
    page.locator("#id_description").fill(note)
    page.locator("#id_email").fill("ana@example.org")
    page.locator("main form button.usa-button--big").last.click()
    page.wait_for_timeout(1500)


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
    Shot("admin", "The administration", "ada", "/admin/", DESK),
    Shot("admin-categories", "A table of it", "ada", "/admin/city/category/", DESK),
    Shot("desk", "The desk", "omar", "/desk/", DESK),
    Shot("desk-danger", "Danger words at the desk", "omar", "/desk/", DESK, continue_in_spite),
    Shot("desk-phone", "The desk on a phone", "omar", "/desk/", PHONE),
    Shot("desk-disputed", "A request that is not fixed", "omar", "/desk/?tab=disputed", DESK),
    Shot("desk-filters", "Filters with live counts", "omar", "/desk/?tab=open", DESK, press("f")),
    Shot("desk-empty", "Nothing fits the filters", "omar", "/desk/?q=zeppelin", DESK),
    Shot("desk-keys", "The keys", "omar", "/desk/", DESK, press("?")),
    Shot("desk-photo", "Photos over the screen", "omar", "/desk/?tab=open", DESK, press("p")),
    Shot(
        "desk-around", "What is around", "omar", "/desk/?tab=open&flag=repeated", DESK, press("m")
    ),
    Shot("desk-reply", "A canned text", "omar", "/desk/?tab=open", DESK, press("r")),
    Shot("desk-decline", "Declining with a reason", "omar", "/desk/", DESK, press("w")),
    Shot("desk-redact", "Blacking out a photo", "omar", "/desk/", DESK, black_out),
    Shot("desk-lost", "A colleague was first", "omar", "/desk/", DESK, colleague_is_first),
    Shot("desk-routed", "Routed, to be taken back", "omar", "/desk/", DESK, press("j", "Enter")),
    Shot("desk-selected", "Several at once", "omar", "/desk/", DESK, select_some),
    Shot("desk-batch", "What became of each", "omar", "/desk/", DESK, route_what_is_selected),
    Shot("desk-intake", "Taking a call", "omar", "/desk/intake/", DESK, take_a_call),
    Shot("desk-intake-911", "A call for 911", "omar", "/desk/intake/", DESK, an_emergency),
    Shot("desk-intake-taken", "The reference", "omar", "/desk/intake/", DESK, file_the_call),
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
    Shot("overview-jobs", "Its jobs, to be given", "sue", "/staff/overview/jobs/", DESK),
    Shot("overview-city", "The whole city", "lena", "/staff/overview/city/", DESK),
]


@contextmanager
def someone(browser, base, who, size, language="en-US"):
    context = browser.new_context(
        **size, geolocation=HERE, permissions=["geolocation"], locale=language
    )
    page = context.new_page()
    if who:
        page.goto(f"{base}/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_load_state()
    yield page
    context.close()


def keep(shot, content):
    """256 colours are enough for a page, and a third of the bytes."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(
        PICTURES / f"{shot.name}.png", optimize=True
    )


def list_them():
    lines = [f"## {shot.title}\n\n![{shot.title}](pictures/{shot.name}.png)\n" for shot in SHOTS]
    (DOCS / "pages.md").write_text("\n".join([HEAD, *lines]), encoding="utf-8")


def main(base, *names):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium), args=["--no-sandbox"]
        )
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            print(shot.name, flush=True)
            with someone(browser, base, shot.who, shot.size, shot.language) as page:
                page.goto(base + shot.path)
                page.wait_for_timeout(1500)
                shot.first(page)
                keep(shot, page.screenshot())
    if not names:
        list_them()


if __name__ == "__main__":
    main(*sys.argv[1:])
