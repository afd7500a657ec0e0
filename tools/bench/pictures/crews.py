"""Actions of a crew before a screenshot."""

from pathlib import Path

from tools.bench.pictures.browsing import follow

_DONE = Path(__file__).resolve().parents[3] / "tools/demo/pictures/pothole-3-after.webp"


def first_job(page) -> None:
    follow("main a[href^='/staff/SM-']")(page)


def a_pothole(page) -> None:
    page.locator("main a[href^='/staff/SM-']", has_text="Pothole").first.click()
    page.wait_for_timeout(1000)


def put_a_job_on_hold(page) -> None:
    a_pothole(page)
    page.locator(".more4 summary", has_text="Hold").first.click()
    page.wait_for_timeout(600)


def finish_a_pothole(page) -> None:
    """Start a pothole if needed, and complete it with a photo of the demo."""
    a_pothole(page)
    start = page.get_by_role("button", name="Start work", exact=True)
    if start.is_visible():
        start.click()
        page.wait_for_timeout(1000)
    with page.expect_file_chooser() as camera:
        page.get_by_role("link", name="Finish", exact=True).click()
    camera.value.set_files(_DONE)
    page.wait_for_timeout(2500)


def say_what(page) -> None:
    page.locator(".usual label.usa-radio__label").first.click()
    page.get_by_role("button", name="Filled and level").first.click()
    page.wait_for_timeout(300)


def send(page) -> None:
    page.get_by_role("button", name="Done, send it", exact=True).click()
    page.wait_for_timeout(3000)


def without_a_signal(page) -> None:
    finish_a_pothole(page)
    page.context.set_offline(True)
    say_what(page)
    send(page)


def plan_the_day(page) -> None:
    page.get_by_role("button", name="Add").first.click()
    page.wait_for_timeout(1500)
