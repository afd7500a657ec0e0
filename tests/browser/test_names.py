"""Tests for the accessibility tree: landmarks, headings, names and states in reading order.

The texts are those of the screen reader script in docs/reference/accessibility.md.
"""

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from requests_app import workflow
from requests_app.models import Draft, Photo
from requests_app.photos import uploading
from requests_app.status import Status
from tests import make
from tests.visitors import address, carry_device

pytestmark = pytest.mark.django_db(transaction=True)

HOME = """
- link "Skip to main content"
- banner
- main:
  - heading "See it? Tell the city." [level=1]
  - link "Report a problem"
  - navigation "Common problems"
  - textbox "Track a request"
  - button "Find"
  - heading "Latest" [level=2]
  - img /Map of .* with requests/
  - paragraph: Reported Work underway Finished
  - list:
    - listitem:
      - link /Pothole City Hall · .* Received/
- contentinfo:
  - link "Accessibility"
"""

LIST = """
- main:
  - heading "Open requests" [level=1]
  - navigation "List or map"
  - search:
    - searchbox "Search by location, word or request number"
    - group "Status":
      - button "Open 1" [pressed]
      - button "Finished 0"
  - status: 1 request
  - list:
    - listitem:
      - link /Pothole City Hall · .* Received/
"""

WHERE = """
- banner:
  - link "Back"
  - group "Progress":
    - list:
      - listitem: What
      - listitem: Where
      - listitem: Details
      - listitem: Check
- main:
  - application "Map. The arrow keys move it under the pin. You can type the location instead."
  - button "Zoom in"
  - button "Zoom out"
  - heading "Where is it?" [level=1]
  - button "Use my location"
  - textbox "Address, corner or landmark"
  - button "Use this spot"
"""

REFUSED = """
- main:
  - alert:
    - heading "3 things need another look" [level=2]
    - list:
      - listitem:
        - 'link "Please answer: Which part of the street?"'
  - heading "A few details" [level=1]
  - group "Which part of the street?":
    - radio "Bike lane"
  - group "How can we reach you? Optional":
    - textbox "Email" [invalid]
  - button "Continue"
"""

LIVE = """
- main:
  - heading "Pothole" [level=1]
  - text: Received
  - term: Where
  - definition: City Hall
  - term: Who has it
  - term: When
  - heading "Photo" [level=2]
  - figure:
    - link "Pothole. Photo. Open it large":
      - img
  - heading "Who has had it" [level=2]
  - heading "Timeline" [level=2]
  - list:
    - listitem:
      - paragraph: You reported it.
  - heading "Something to add?" [level=2]
  - textbox "Your comment"
  - button "Send the comment"
- contentinfo
"""

ASKED = """
- main:
  - heading "Pothole" [level=1]
  - text: Work finished. Please check
  - paragraph:
    - strong: Is it fixed?
  - link "No"
  - link "Yes, fixed"
"""

# Records every later change of every live region.
LISTEN = """() => {
    window.heard = [];
    const hear = records => records.forEach(({target}) => {
        const region = (target.closest ? target : target.parentElement)
            ?.closest("[role=status], [role=alert], [aria-live]");
        if (region?.textContent.trim()) window.heard.push(region.textContent.trim());
    });
    const all = {subtree: true, childList: true, characterData: true};
    new MutationObserver(hear).observe(document, all);
}"""


@pytest.fixture
def anas_page(page_at, live_server):
    page = page_at(390, 844, timezone_id="America/Los_Angeles", locale="en-US")
    return carry_device(page, live_server)


def draft():
    latitude, longitude = make.CITY_HALL
    here = {"latitude": latitude, "longitude": longitude, "location_text": "City Hall"}
    return Draft.objects.create(device=make.ana(), category=make.pothole(), **here)


def test_every_page_says_what_it_is_and_a_change_is_said_once(anas_page):
    page, begun = anas_page, draft()
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    row = make.filed(photos=[Photo.objects.get(pk=photo.pk)])
    for where, names in [
        (reverse("home"), HOME),
        (reverse("requests"), LIST),
        (reverse("report_where", args=[begun.pk]), WHERE),
        (address(row), LIVE),
    ]:
        page.goto(where)
        expect(page.locator("body")).to_match_aria_snapshot(names)

    page.evaluate(LISTEN)
    with transaction.atomic():  # so that no poll sees only the first event
        make.route(row)
        make.act(workflow.start, row, make.wes())
    expect(page.locator(".status")).to_have_text("Work underway")
    page.wait_for_function("window.heard.length")
    assert page.evaluate("window.heard") == [
        "Work underway. A crew from Street Services started work."
    ]

    page.goto(address(make.service_request(Status.COMPLETED)))
    expect(page.locator("body")).to_match_aria_snapshot(ASKED)

    page.goto(reverse("report_details", args=[begun.pk]))
    page.get_by_label("Email").fill("ana@")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("body")).to_match_aria_snapshot(REFUSED)
    email = page.get_by_label("Email")
    expect(email).to_have_accessible_description(
        "The part after the @ is a name with a dot, like example.org."
    )
    part = page.get_by_role("group", name="Which part of the street?")
    expect(part).to_have_accessible_description("Please answer: Which part of the street?")
