"""Tests that an agent can process twenty requests with the keyboard only."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from lib import clock
from requests_app import workflow
from requests_app.models import Priority
from requests_app.photos import uploading
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from tests import make
from tests.browser.test_desk import opened, place, status_of

pytestmark = pytest.mark.django_db(transaction=True)

TWENTY = 20
APART = 0.0012  # degrees, about 130 m: only requests at the same place count as similar
READING = 310  # ms: an earlier Enter is ignored, because it was meant for the previous request
FILED, ROUTED, CLOSED = Status.FILED, Status.ROUTED, Status.CLOSED


@pytest.fixture
def twenty():
    """Create twenty requests, oldest first.

    The sixth has the same place as the fifth, the seventh has a photo, and a department handed back
    the eighth.
    """
    rows = [_filed(number) for number in range(TWENTY)]
    make.act(workflow.route, rows[7], make.omar(), to=make.streets())
    make.handed_back(rows[7])
    outbox.deliver_all_pending_events()
    return rows


def _filed(number):
    photos = [make.photo(device=make.ana())] if number == 6 else []
    north, east = divmod(4 if number == 5 else number, 5)
    with clock.freeze_time(clock.now() - timedelta(hours=TWENTY - number)):
        row = make.filed(
            by=make.device(f"resident {number}"),
            location_text=f"{number + 1} Main St",
            at=(34.02 + north * APART, -118.48 + east * APART),
            photos=photos,
        )
    for photo in photos:
        uploading.make_sizes(photo.pk)
    return row


class Keyboard:
    """The agent's keyboard, with checks of the request that is shown before a key is pressed."""

    def __init__(self, page):
        self.page = page

    def at(self, number):
        expect(place(self.page)).to_have_text(f"{number} Main St")
        expect(self.page.locator("[data-desk]")).not_to_have_attribute("aria-busy", "true")
        self.page.wait_for_timeout(READING)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, words):
        self.page.keyboard.type(words)
        self.press("Control+Enter")

    def toast(self, words):
        expect(self.page.locator("[data-toast]")).to_contain_text(words)

    def focused(self, selector):
        expect(self.page.locator(selector).first).to_be_focused()


def test_twenty_requests_by_keyboard_alone(omar, twenty):
    keys = Keyboard(omar)
    opened(omar)
    _looks_around(keys)
    _routes(keys)
    _says_no(keys)
    _writes(keys)
    _sets_right(keys)
    _goes_through_the_rest(keys)
    expect(omar.get_by_role("heading", name="Nothing left in this queue")).to_be_visible()
    _stands_as_it_should(twenty)


def _looks_around(keys):
    keys.at(1)
    keys.press("?")
    expect(keys.page.locator("[data-key-sheet]")).to_contain_text("Route to Street Services")
    keys.press("Escape", "j")
    keys.at(2)
    keys.press("k")
    keys.at(1)


def _routes(keys):
    keys.press("Enter")  # 1: route it to the suggested department
    keys.at(2)
    keys.press("z")  # undo
    keys.at(1)
    keys.press("Enter")
    keys.at(2)
    keys.press("1")  # 2: the second suggestion
    keys.at(3)
    keys.press("d")  # 3: another department, by typing its first letters
    keys.focused("#route-to")
    keys.page.keyboard.type("Water")
    keys.press("Control+Enter")
    keys.toast("routed to Water Resources.")


def _says_no(keys):
    keys.at(4)
    keys.press("w")  # 4: decline it, with the text of the reason
    keys.focused("#pop-declination [type=radio]")
    keys.press("Space", "Enter")
    keys.at(5)
    keys.press("Enter")  # 5: route it; the sixth is its duplicate
    keys.at(6)
    keys.press("m")  # 6: pick the original on the map, compare, mark as duplicate
    keys.focused("[data-pick]")
    keys.press("Enter")
    expect(keys.page.get_by_role("button", name="Mark as duplicate", exact=True)).to_be_focused()
    keys.press("Enter")
    keys.toast("as a duplicate of")


def _writes(keys):
    keys.at(7)
    keys.press("p")  # 7: open the photo first
    expect(keys.page.locator("[data-viewer]")).to_be_visible()
    keys.press("+", "Escape", "a")
    keys.focused("#question")
    keys.write("Which side of the street?")
    keys.at(8)
    keys.press("1")  # 8: it was handed back, so routing needs a reason
    keys.focused("#pop-routing [type=radio]")
    keys.press("Space", "Enter")
    keys.at(9)
    keys.press("n")  # 9: write a note for colleagues, then route it
    keys.write("The third one this week.")
    expect(keys.page.locator("#r-notes")).to_contain_text("The third one this week.")
    keys.at(9)
    keys.press("Enter")
    keys.at(10)
    keys.press("r")  # 10: write a public reply
    keys.focused("#reply")
    keys.write("We come today.")
    expect(keys.page.locator(".timeline")).to_contain_text("We come today.")


def _sets_right(keys):
    keys.at(10)
    keys.press("Enter")
    keys.at(11)
    keys.press("i")  # 11: make it urgent
    keys.toast("is now “Urgent”")
    keys.at(11)
    keys.press("Enter")
    keys.at(12)
    keys.press("e")  # 12: change the category
    keys.focused("#kind")
    keys.page.keyboard.type("graffiti")
    expect(keys.page.locator("#kinds")).to_contain_text("Graffiti")
    keys.press("Control+Enter")
    keys.toast("Graffiti")
    keys.at(12)
    keys.press("Enter")
    keys.at(13)
    keys.press("l")  # 13: change the location
    keys.focused("[data-pin-find]")
    keys.page.keyboard.type("wilshire & 14th")
    expect(keys.page.locator("[data-pin-places] button").first).to_contain_text("14th")
    keys.press("Enter", "Control+Enter")
    keys.toast("the location was corrected")
    expect(place(keys.page)).to_have_text("Wilshire Blvd & 14th St")
    keys.page.wait_for_timeout(READING)
    keys.press("Enter")
    keys.at(14)
    keys.press("t")  # 14: transfer it to another agency
    keys.focused("[name=agency]")
    keys.press("Space", "Enter")


def _goes_through_the_rest(keys):
    for number in range(15, TWENTY + 1):
        keys.at(number)
        keys.press("Enter")


def _stands_as_it_should(rows):
    held = dict(enumerate(rows, start=1))
    asked, graffiti, moved = held[7], held[12], held[13]
    routed = set(held) - {4, 6, 7, 14}
    assert {number for number in held if status_of(held[number]) == ROUTED} == routed
    assert held[4].outcome == Outcome.DECLINED
    assert held[6].duplicate_of == held[5]
    assert held[14].outcome == Outcome.TRANSFERRED
    assert asked.status == Status.AWAITING_RESIDENT
    assert held[2].department != held[1].department == make.streets()
    assert held[3].department == make.water()
    assert held[8].times_routed == 2
    assert held[11].priority == Priority.URGENT
    assert "Graffiti" in graffiti.category.name
    assert moved.location_text == "Wilshire Blvd & 14th St"
    notes = [(one.body, one.is_public) for one in held[9].comments.all()]
    assert ("The third one this week.", False) in notes
