"""Page objects for the people who process one request in a real browser.

Each person has a page, and checks the accessibility of every page and state that they see.
"""

from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.barriers import assert_accessible

SOON = 5_000  # ms: a change is shown within five seconds
PATIENCE = 60_000  # ms: for tasks of the worker; the machine may be busy with other tests
CORNER = "Wilshire Blvd & 14th St"
DRAIN = "Storm drain broken or blocked"
WATER = "Water Resources"


class Person:
    def __init__(self, page):
        self.page = page

    def look(self):
        assert_accessible(self.page)

    def press(self, name, role="button", within=None):
        """Check the page for barriers, then click the control with the accessible name `name`."""
        self.look()
        (within or self.page).get_by_role(role, name=name, exact=True).click()

    def open(self, name):
        self.page.goto(reverse(name))

    def sign_in(self, name, then):
        """Open the page `then`, which redirects to the sign-in page, and sign in as `name`."""
        self.open(then)
        self.page.get_by_label("Password", exact=True).fill(make.PASSWORD)
        self.page.locator("[name=login]").fill(name)
        self.press("Sign in")
        # Compare only the path: the URL of the sign-in page contains this path as a parameter.
        self.page.wait_for_url(lambda url: urlsplit(url).path == reverse(then))


class Ana(Person):
    """The reporter, who follows the live page and says whether the problem is fixed."""

    def report(self, photo):
        self.open("home")
        self.press("Report a problem", "link")
        self.say_what(photo)
        self.say_where()
        self.say_more()
        expect(self.page.get_by_role("definition").filter(has_text=CORNER)).to_be_visible()
        self.press("Send to the city")
        expect(self.page.get_by_role("heading", name="Sent. Thank you.")).to_be_visible()
        self.press("See your request", "link")
        self.reads("Received", "You reported it")

    def say_what(self, photo):
        self.page.locator("[data-photos] input[type=file]").last.set_input_files(photo)
        expect(self.page.locator("[data-photo] img")).to_be_visible()
        self.page.get_by_label("Say it in your own words").press_sequentially("hole by the drain")
        self.page.locator("#choices").get_by_text(DRAIN).click()
        self.press("Continue")

    def say_where(self):
        """Use the place in the photo's EXIF data, not the phone's location."""
        expect(self.page.locator(".is-live")).to_be_attached()
        expect(self.page.locator(".offer")).to_contain_text(CORNER)
        self.press("Use it")
        expect(self.page.get_by_label("Address, corner")).to_have_value(CORNER)
        self.press("Use this spot")

    def say_more(self):
        question = self.page.get_by_role("group", name="Could a foot or a wheel fall in?")
        question.get_by_text("I am not sure").click()
        self.page.get_by_label("Anything the crew should know?").fill("The edge is gone.")
        self.page.get_by_label("Email").fill("ana@example.org")
        self.press("Continue")

    def reads(self, status, newest, timeout=SOON):
        expect(self.page.locator(".track__s .status")).to_contain_text(status, timeout=timeout)
        expect(self.page.locator(".timeline")).to_contain_text(newest, timeout=timeout)
        self.look()

    def sees_before_and_after(self):
        pair = self.page.locator(".pair img")
        expect(pair).to_have_count(2, timeout=PATIENCE)
        for picture in pair.all():
            picture.scroll_into_view_if_needed()
            expect(picture).not_to_have_js_property("naturalWidth", 0)
        self.look()

    def say_no(self, photo):
        self.press("No", "link")
        self.page.get_by_text("It broke again").click()
        self.page.set_input_files("#camera", photo)
        self.page.get_by_label("In your own words").fill("It came off when a bus went over it.")
        self.press("Send it back")

    def say_yes(self):
        self.press("Yes, fixed", "link")
        self.page.get_by_text("Very well").click()
        self.page.get_by_label("What could we do better?").fill("Nothing. Thank you!")
        self.press("Yes, it's fixed. Close it")


class Omar(Person):
    """The agent, who reads new requests and routes them to a department."""

    def see_it_arrive(self):
        """Wait until the queue offers the new request. The queue polls every five seconds."""
        self.page.get_by_role("link", name="1 new request. Show it").click(timeout=PATIENCE)

    def route(self, reference):
        self.page.locator(".queue-item", has_text=CORNER).click()
        expect(self.page.locator("#r-head")).to_contain_text(reference)
        expect(self.page.locator(".suggestion__department")).to_contain_text(WATER)
        self.look()
        self.page.locator("#route").get_by_role("button", name=WATER).click()
        expect(self.page.locator(".toast")).to_contain_text(f"routed to {WATER}")


class Wes(Person):
    """The crew member, who does the work and photographs it."""

    def see_it_arrive(self):
        """Trigger a poll as if the page became visible again, and show the new jobs."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        self.page.get_by_role("link", name="Show them").click()

    def open_from_the_list(self):
        self.page.locator(".job", has_text=CORNER).click()

    def open_from_the_top(self):
        self.open("inbox")
        top = self.page.locator(".next")
        expect(top).to_contain_text(CORNER)
        self.press("Open", "link", within=top)

    def start(self):
        self.press("Start work")
        expect(self.page.get_by_text("Work started.")).to_be_visible()

    def complete(self, photo, note):
        """Tap "Finish", which opens the camera, and send the form with a photo and a note."""
        self.page.wait_for_load_state("networkidle")
        with self.page.expect_file_chooser() as camera:
            self.press("Finish", "link", within=self.page.locator(".dock"))
        camera.value.set_files(photo)
        self.fill_in(note)

    def fill_in(self, note):
        self.page.locator(".usual label.usa-radio__label").first.click()
        self.page.get_by_label("Tell the resident").fill(note)
        self.press("Done, send it")
        expect(self.page.get_by_text("We're asking the resident to check it.")).to_be_visible()
        self.look()
