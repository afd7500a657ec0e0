"""Tests for actions at the desk: canned texts, disputes by phone, category, photo redaction."""

import json

import pytest
from playwright.sync_api import expect

from requests_app.models import Photo
from requests_app.photos import uploading
from requests_app.status import Status, Verb
from requests_app.workflow import outbox
from tests import make
from tests.barriers import assert_accessible, no_sideways_scroll
from tests.browser.test_desk import opened, place
from tests.sweeps import in_sweep
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row():
    picture = make.picture(size=(640, 480))
    photo = uploading.keep_photo(picture, kind=Photo.Kind.REPORT, device=make.ana())
    filed = make.filed(photos=[photo])
    uploading.make_sizes(photo.pk)
    outbox.deliver_all_pending_events()
    return filed


def is_well(page):
    assert_accessible(page)
    no_sideways_scroll(page)


def boxes(row):
    return row.photos.get().redactions


def drawn(page):
    return [json.loads(one.input_value()) for one in page.locator("[name=box]").all()]


def test_a_ready_made_text_never_overwrites_what_was_written(omar, row):
    opened(omar)
    omar.keyboard.press("r")
    reply = omar.locator("#reply")
    expect(reply).to_be_focused()
    omar.keyboard.type("Dear Ana,")
    omar.get_by_role("button", name="If it gets dangerous").click()
    expect(reply).to_have_value("Dear Ana,\n\nIf this becomes a danger to people before we get "
                                "there, please call 911 and do not wait for us.")  # fmt: skip
    omar.get_by_role("button", name="We have it").click()
    expect(reply).not_to_have_value("danger")
    assert reply.input_value().startswith("Dear Ana,\n\nThank you for telling us.")
    assert row.reference in reply.input_value()
    omar.keyboard.type(" Omar")
    omar.get_by_role("button", name="If it gets dangerous").click()
    assert " Omar\n\nIf this becomes" in reply.input_value()
    omar.get_by_role("button", name="Publish the reply").click()
    expect(omar.locator(".timeline")).to_contain_text("Dear Ana,")


def test_another_category_is_found_by_everyday_words_and_enter(omar, row):
    opened(omar)
    omar.keyboard.press("e")
    expect(omar.locator("#kind")).to_be_focused()
    omar.keyboard.type("dark street lamp")
    expect(omar.locator("#kinds .option").first).to_contain_text("Streetlight out")
    omar.keyboard.press("Enter")
    expect(omar.locator("[data-toast]")).to_contain_text("It's now “Streetlight out”.")
    expect(place(omar)).to_be_visible()
    omar.keyboard.press("z")
    expect(omar.locator("#panel h1")).to_have_text("Pothole")


def test_one_key_makes_it_urgent_and_keys_of_the_menu_work_in_it(omar, row):
    opened(omar)
    omar.keyboard.press("i")
    expect(omar.locator("[data-toast]")).to_contain_text("Urgent")
    expect(place(omar)).to_be_visible()
    omar.keyboard.press(".")
    omar.keyboard.press("i")
    expect(omar.locator("[data-toast]")).to_contain_text("Normal")


def test_a_caller_who_says_it_is_not_fixed_is_noted_by_keys(omar):
    done = make.service_request(Status.COMPLETED)
    opened(omar, f"/desk/{done.reference}/")
    omar.keyboard.press("y")
    omar.locator("#pop-caller summary", has_text="it's not fixed").click()
    expect(omar.locator("#caller-dispute")).to_be_focused()
    omar.keyboard.type("Still a hole.")
    is_well(omar)
    omar.get_by_role("button", name="Note that it's not fixed").click()
    expect(omar.locator(".wrote.notice--bad")).to_contain_text("Still a hole.")
    event = done.events.last()
    assert (event.verb, event.on_behalf) == (Verb.DISPUTE, True)


def test_a_photo_is_blacked_out_by_pointer(omar, row):
    opened(omar)
    omar.keyboard.press("g")
    stage = omar.locator("[data-draw]")
    expect(omar.locator("[data-tools]")).to_be_visible()
    is_there = "() => { const one = document.querySelector('[data-draw] img'); "
    omar.wait_for_function(is_there + "return one?.complete && one.naturalWidth > 0; }")
    frame = stage.bounding_box()  # the stage has its size once the picture is loaded

    def drag(start, end):
        points = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"])
                  for x, y in (start, end)]  # fmt: skip
        omar.mouse.move(*points[0])
        omar.mouse.down()
        omar.mouse.move(*points[1], steps=3)
        omar.mouse.up()

    drag((0.2, 0.2), (0.4, 0.5))
    assert drawn(omar)[0] == pytest.approx([0.2, 0.2, 0.2, 0.3], abs=0.01)
    drag((0.3, 0.3), (0.5, 0.4))  # inside the box: move it
    assert drawn(omar)[0] == pytest.approx([0.4, 0.3, 0.2, 0.3], abs=0.01)
    drag((0.6, 0.6), (0.7, 0.9))  # at the corner of the box: resize it
    assert drawn(omar)[0] == pytest.approx([0.4, 0.3, 0.3, 0.6], abs=0.01)
    drag((0.05, 0.05), (0.051, 0.051))  # a tiny movement draws nothing
    assert len(drawn(omar)) == 1
    omar.get_by_role("button", name="Preview").click()
    omar.get_by_role("button", name="A person can be recognized.").first.click()
    is_well(omar)
    omar.get_by_role("button", name="Black it out").click()
    expect(omar.locator("[data-toast]")).to_contain_text("being updated")
    assert boxes(row) == [pytest.approx([0.4, 0.3, 0.3, 0.6], abs=0.01)]


def test_a_photo_is_blacked_out_by_keyboard(omar, row):
    photo = row.photos.get()
    opened(omar, f"/desk/{row.reference}/photos/{photo.pk}/")
    for __ in range(2):
        omar.get_by_role("button", name="Add a box").press("Enter")
    omar.keyboard.press("Delete")
    expect(omar.locator(".stage__box")).to_have_count(1)
    expect(omar.locator(".stage__box")).to_be_focused()
    for key in ["ArrowLeft"] * 3 + ["ArrowUp"] + ["Shift+ArrowRight"] * 2 + ["Shift+ArrowDown"]:
        omar.keyboard.press(key)
    name = "Box 1: 37 % from the left, 39 % from the top, 22 % wide, 21 % high"
    expect(omar.get_by_role("button", name=name)).to_be_focused()
    omar.get_by_label("Why? We'll tell the person who sent it.").first.fill("A face can be seen.")
    omar.keyboard.press("Tab")
    omar.keyboard.press("Enter")
    expect(omar.locator("[data-toast]")).to_contain_text("being updated")
    assert boxes(row) == [pytest.approx([0.37, 0.39, 0.22, 0.21], abs=0.001)]
    omar.go_back()
    expect(omar.locator("[data-draw]")).to_be_visible()
    omar.locator("[data-desk][data-ready]").wait_for()  # the page was reloaded
    omar.locator("#panel h1").press("Escape")
    expect(omar).to_have_url(f"{omar.url.split('/desk/')[0]}/desk/{row.reference}/?tab=new")


@pytest.mark.parametrize(("width", "height"), [(320, 640), *in_sweep([[390, 844]])])
def test_on_a_phone_the_action_bar_takes_two_rows(page_at, live_server, row, width, height):
    touch = {"has_touch": True, "is_mobile": True}
    page = sign_in(page_at(width, height, **touch), live_server, make.omar())
    opened(page, f"/desk/{row.reference}/")
    tops = page.locator(".action-bar .usa-button:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({top, height}) => [top, height])"
    )
    assert len({round(top) for top, __ in tops}) <= 2
    assert min(height for __, height in tops) >= 44
    page.get_by_text("Reply", exact=True).tap()
    expect(page.locator("#reply")).to_be_visible()
    is_well(page)
    opened(page, f"/desk/{row.reference}/photos/{row.photos.get().pk}/")
    expect(page.locator("[data-tools]")).to_be_visible()
    is_well(page)
