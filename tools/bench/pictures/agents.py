"""Actions of an agent or an administrator before a screenshot."""

from tools.bench.pictures.browsing import DESK, PHONE, press, someone, write
from tools.bench.pictures.residents import stop_for_gas


def select_some(page) -> None:
    press("b")(page)
    for _line in range(4):
        press("x", "ArrowDown")(page)


def route_what_is_selected(page) -> None:
    select_some(page)
    press("1")(page)
    page.select_option("#bulk-department", "street-services")
    page.get_by_role("button", name="Route selected").click()
    page.wait_for_timeout(2500)


def colleague_is_first(page) -> None:
    """Show agent Omar, who types a question, that agent Lena routed the request meanwhile."""
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


def take_a_call(page, about="pothole") -> None:
    for words in ("pico and 4th", about):
        write(words)(page)
        press("Enter")(page)
    page.wait_for_timeout(1000)


def an_emergency(page) -> None:
    take_a_call(page, "tree down")
    page.locator("#questions fieldset", has_text="wires").locator("input").first.focus()
    press("1", "Control+Enter")(page)
    page.wait_for_timeout(1000)


def file_the_call(page) -> None:
    take_a_call(page)
    press("2", "1")(page)
    write("Deep hole in the right lane, cars swerve around it.")(page)
    press("Control+Enter")(page)
    page.wait_for_timeout(1500)


def black_out(page) -> None:
    press("g")(page)
    page.wait_for_timeout(1500)
    box = page.locator("[data-draw]").bounding_box()
    x, y = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.45
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.2, y + box["height"] * 0.2, steps=8)
    page.mouse.up()
    page.wait_for_timeout(500)


def continue_in_spite(page) -> None:
    """Let a resident continue despite the warning, and show the request at the desk."""
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


def try_a_draft(page) -> None:
    base = page.url.split("/admin/")[0]
    page.goto(base + "/admin/routing/routingrule/")
    page.get_by_role("link", name="Draft and try other rules").click()
    page.get_by_label("Name").fill("Night crews")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save and add a rule").click()
    page.get_by_label("Name").fill("Potholes at the weekend → Water")
    page.get_by_label("Position").fill("1")
    page.get_by_label("Category").select_option("Pothole")
    for day in ("Sat", "Sun"):
        page.get_by_label(day).check()
    page.get_by_label("Department").select_option("Water Resources")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save and try it on the last 90 days").click()
    page.wait_for_timeout(2500)
