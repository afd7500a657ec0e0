"""Actions of a resident before a screenshot."""

from tools.bench.pictures.browsing import follow


def report_a_pothole(page) -> None:
    """Fill in a report up to the place, at which an open pothole exists."""
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


def look_before_sending(page, note="Deep, by the bus stop. Call me: 310-555-0142.") -> None:
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


def smell_gas(page) -> None:
    page.get_by_label("Say it in your own words").fill("I smell gas near the alley")
    page.wait_for_timeout(1500)


def stop_for_gas(page) -> None:
    look_before_sending(page, "I smell gas right here.")


def a_number_off_the_map(page) -> None:
    page.goto(page.url.split("/report/")[0] + "/report/?category=pothole")
    page.wait_for_timeout(800)
    page.locator("main form button.usa-button--big").last.click()
    page.wait_for_timeout(1500)
    page.locator("#id_text").fill("9999 Main Street")
    page.wait_for_timeout(1500)


def report_a_photo(page) -> None:
    follow("main a.row")(page)
    page.get_by_role("link", name="Report something wrong with a photo or text").click()
    page.wait_for_timeout(1000)
