"""Tests for reporting on a phone with touch, camera, geolocation and an unreliable network."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Draft, Photo, ServiceRequest
from requests_app.photos import uploading
from tests import make
from tests.barriers import assert_accessible
from tests.shared import photo
from tests.visitors import browser

pytestmark = pytest.mark.django_db(transaction=True)


def begin(page, query=""):
    page.goto(f"/report/{query}")
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()


def gallery(page):
    return page.locator("[data-photos] input[type=file]").last


def go_on(page, step):
    page.locator("button[name=go], .dock button").first.click()
    page.wait_for_url(f"**/{step}/")


def choose(page, category="graffiti-public"):
    page.locator('summary:has-text("Graffiti")').click()
    page.locator(f'label[for="in-group-{category}"]').click()


def walk_to_details(page):
    """Go through the steps of a new report up to its details."""
    begin(page)
    choose(page)
    go_on(page, "where")
    page.get_by_role("button", name="Use my location").click()
    expect(page.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    go_on(page, "details")


def open_as_ana(page, path):
    cookie = {"name": "device", "value": "ana", "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])
    page.goto(path)


def to_details(page):
    """Open the details of a report about graffiti at City Hall."""
    latitude, longitude = make.CITY_HALL
    category = make.category(service_code="graffiti-public")
    here = {"latitude": latitude, "longitude": longitude, "location_text": "City Hall"}
    begun = Draft.objects.create(device=make.ana(), category=category, **here)
    open_as_ana(page, reverse("report_details", args=[begun.pk]))


def test_a_drain_is_reported_with_a_real_photo_and_its_place(phone):
    begin(phone)
    gallery(phone).set_input_files(photo("good/sm_gps_wilshire_14th.jpg"))
    expect(phone.locator("[data-photo] img")).to_be_visible()
    phone.get_by_label("Say it in your own words").press_sequentially("hole by the drain")
    phone.locator("#choices").get_by_text("Storm drain broken or blocked").click()
    assert_accessible(phone)
    go_on(phone, "where")
    expect(phone.locator(".is-live")).to_be_attached()
    expect(phone.locator(".offer")).to_contain_text("Wilshire Blvd & 14th St")
    assert_accessible(phone)
    phone.get_by_role("button", name="Use it").click()
    expect(phone.get_by_label("Address, corner")).to_have_value("Wilshire Blvd & 14th St")
    go_on(phone, "details")
    phone.get_by_label("I am not sure").first.locator("xpath=following-sibling::label").click()
    phone.get_by_label("Email").fill("ana@example.org")
    assert_accessible(phone)
    go_on(phone, "check")
    expect(phone.locator(".summary-list").first).to_contain_text("Storm drain broken or blocked")
    assert_accessible(phone)
    go_on(phone, "sent")
    row = ServiceRequest.objects.get()
    expect(phone.locator(".bigref")).to_have_text(row.reference)
    assert_accessible(phone)
    assert row.location_text == "Wilshire Blvd & 14th St"
    assert row.photos.count() == 1


def test_a_heic_that_the_browser_cannot_draw_is_shown_as_the_server_made_it(phone):
    begin(phone)
    gallery(phone).set_input_files(photo("good/phone_iphone7.heic"))
    image = phone.locator("[data-photo] img")
    expect(image).to_have_attribute("data-pending", "")
    kept = Photo.objects.get()
    uploading.make_sizes(kept.pk)
    expect(image).to_have_attribute("src", re.compile(r"[?]ready$"), timeout=20_000)
    expect(image).to_have_js_property("naturalWidth", 320)
    kept.refresh_from_db()
    assert browser("bob").get(kept.small).status_code == 404


def test_each_step_begins_at_its_heading_and_can_be_skipped_to(phone):
    phone.goto(f"/report/?category={make.category().service_code}")
    seen = []
    for _step in range(3):
        heading = phone.locator("h1")
        expect(heading).to_be_focused()
        expect(phone.locator("a.usa-skipnav[href='#main']")).to_have_count(1)
        seen.append(heading.inner_text())
        if phone.url.endswith("/details/"):
            break
        if phone.url.endswith("/where/"):
            phone.get_by_label("Address, corner or landmark").fill("City Hall")
        address = phone.url
        phone.locator("form[data-send] button:not([type]):visible").last.click()
        expect(phone).not_to_have_url(address)
    assert len(set(seen)) == 3


def test_what_was_typed_is_there_after_a_reload(phone):
    to_details(phone)
    phone.get_by_label("Anything the crew should know?").fill("On the back wall, 2 m high")
    phone.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()
    expect(phone.locator("[data-saved]")).to_be_visible()
    phone.reload()
    expect(phone.get_by_label("Anything the crew should know?")).to_have_value(
        "On the back wall, 2 m high"
    )
    expect(phone.get_by_label("No", exact=True).first).to_be_checked()


def test_back_after_a_refused_step_shows_the_step_and_what_was_typed(phone):
    begin(phone)
    phone.locator("button[name=go]").click()
    expect(phone.locator("[data-problems]")).to_be_visible()
    choose(phone)
    go_on(phone, "where")
    phone.locator("button[name=go]").click()
    expect(phone.locator("[data-problems]")).to_contain_text("Tell us where")
    phone.get_by_role("button", name="Use my location").click()
    expect(phone.get_by_label("Address, corner")).to_have_value("City Hall")
    go_on(phone, "details")
    phone.get_by_label("Email").fill("ana@")
    phone.locator(".dock button").click()
    expect(phone.locator(".error-summary")).to_be_visible()
    phone.wait_for_load_state()  # its script has replaced the URL by that of the step
    phone.reload()
    expect(phone.locator(".error-summary")).to_have_count(0)
    expect(phone.get_by_label("Email")).to_have_value("ana@")
    phone.go_back()
    while phone.url.endswith("/details/"):
        phone.go_back()
    expect(phone.get_by_role("heading", name="Where is it?")).to_be_visible()
    expect(phone.get_by_label("Address, corner")).to_have_value("City Hall")
    while phone.url.endswith("/where/"):
        phone.go_back()
    expect(phone.get_by_role("heading", name="What is it?")).to_be_visible()
    expect(phone.locator("[name=category]:checked")).to_have_value("graffiti-public")


SHARES = """form => {
    form.removeAttribute("data-send");
    form.action = "/report/shared/";
    HTMLFormElement.prototype.submit.call(form);
}"""


def test_a_shared_file_that_was_refused_leaves_the_steps_own_address(phone):
    begin(phone)
    phone.locator("form[data-send]").evaluate(
        "form => form.innerHTML = '<input type=file name=photos multiple>'"
    )
    chosen = [photo("nasty/pdf_renamed.jpg"), photo("good/small.webp")]
    phone.locator("form[data-send] input").set_input_files(chosen)
    phone.locator("form[data-send]").evaluate(SHARES)
    expect(phone.locator("[data-problems]")).to_contain_text("not a photo")
    phone.wait_for_url("**/what/")
    phone.reload()
    expect(phone.locator("[data-problems]")).to_have_count(0)
    expect(phone.locator("[data-photo]")).to_have_count(1)


def test_this_phones_position_is_enough_and_going_back_finds_everything(phone):
    walk_to_details(phone)
    assert Draft.objects.get().location_text != ""
    phone.get_by_role("link", name="Back").click()
    expect(phone.get_by_role("heading", name="Where is it?")).to_be_visible()
    expect(phone.get_by_label("Address, corner")).not_to_have_value("")
    phone.get_by_role("link", name="Back").click()
    expect(phone.locator('[value="graffiti-public"]').first).to_be_checked()


def test_a_dead_network_loses_nothing_and_the_step_goes_out_by_itself(phone):
    to_details(phone)
    phone.get_by_label("Anything the crew should know?").fill("On the back wall")
    phone.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()
    phone.context.set_offline(True)
    phone.locator(".dock button").click()
    expect(phone.locator("[data-offline]")).to_contain_text("No connection. Nothing is lost.")
    phone.context.set_offline(False)
    phone.wait_for_url("**/check/")
    expect(phone.locator(".summary-list").first).to_contain_text("On the back wall")


def test_a_lost_answer_is_asked_for_again_and_gives_one_request(phone):
    to_details(phone)
    phone.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()
    go_on(phone, "check")
    lost = []

    def lose_the_answer(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/check/", lose_the_answer)
    phone.locator(".dock button").click()
    phone.wait_for_url("**/sent/")
    assert lost
    expect(phone.locator(".bigref")).to_have_text(ServiceRequest.objects.get().reference)


def test_a_photo_waits_for_the_network_and_the_step_waits_for_the_photo(phone):
    begin(phone)
    choose(phone)
    phone.context.set_offline(True)
    gallery(phone).set_input_files(photo("good/street_drain_broken_orient6.jpg"))
    expect(phone.locator("[data-offline]")).to_be_visible()
    expect(phone.locator(".photo--going")).to_be_visible()
    phone.locator("button[name=go]").click()
    phone.wait_for_timeout(2_000)  # the time after which a slow server is reported
    expect(phone.locator("[data-offline]")).to_contain_text("No connection.")
    expect(phone.locator("[data-offline-try]")).to_be_visible()
    phone.context.set_offline(False)
    phone.wait_for_url("**/where/")
    assert Photo.objects.get().draft_id == Draft.objects.get().pk


def test_a_photo_is_waited_for_as_long_as_the_city_is_away_and_the_step_goes_with_it(
    phone, page_problems
):
    begin(phone)
    choose(phone)
    tries = []

    def is_away(route):
        tries.append(route.request.url)
        route.fulfill(status=503, headers={"X-Read-Only": "1"})

    phone.route("**/photos/", is_away)
    gallery(phone).set_input_files(photo("good/small.webp"))
    phone.locator("button[name=go]").click()
    again = phone.get_by_role("button", name="Try now")
    while len(tries) < 6:
        with phone.expect_response("**/photos/"):
            again.click()
    expect(phone.locator("[data-offline]")).to_contain_text("doing maintenance")
    expect(
        phone.get_by_text("Can't wait? Dial 3-1-1. If someone is in danger, call 911.")
    ).to_be_visible()
    assert_accessible(phone)
    phone.unroute("**/photos/")
    page_problems.clear()
    again.click()
    phone.wait_for_url("**/where/")
    assert Photo.objects.get().draft_id == Draft.objects.get().pk


def test_a_photo_that_was_not_sent_yet_is_sent_after_a_reload(phone):
    begin(phone)
    phone.route("**/photos/", lambda route: route.abort("connectionreset"))
    gallery(phone).set_input_files(photo("good/street_drain_broken_orient6.jpg"))
    expect(phone.locator("[data-offline]")).to_be_visible()
    phone.unroute("**/photos/")
    phone.reload()
    expect(phone.locator("[data-photo]")).to_have_count(1)
    phone.reload()
    expect(phone.locator(".photo")).to_have_count(1)
    assert Photo.objects.count() == 1


def clear_the_sites_data(page):
    devtools = page.context.new_cdp_session(page)
    origin = page.evaluate("origin")
    devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "indexeddb"})


def test_a_phone_that_clears_its_store_meanwhile_loses_no_step(phone):
    begin(phone)
    choose(phone)
    gallery(phone).set_input_files(photo("good/small.webp"))
    expect(phone.locator("[data-photo]")).to_have_count(1)
    clear_the_sites_data(phone)
    gallery(phone).set_input_files(photo("good/street_drain_broken_orient6.jpg"))
    expect(phone.locator("[data-photo]")).to_have_count(2)
    go_on(phone, "where")


def test_a_photo_that_the_phone_takes_away_before_it_is_sent_is_asked_for_again(phone, tmp_path):
    begin(phone)
    chosen = tmp_path / "chosen.webp"
    chosen.write_bytes(photo("good/small.webp").read_bytes())
    phone.context.set_offline(True)
    gallery(phone).set_input_files(chosen)
    expect(phone.locator("[data-offline]")).to_be_visible()
    chosen.unlink()
    phone.context.set_offline(False)
    expect(phone.locator(".photo--refused")).to_contain_text("Please choose it again.")
    expect(phone.locator("[data-offline]")).to_be_hidden()
    assert_accessible(phone)
    choose(phone)
    go_on(phone, "where")


WHAT_WAITS = """async () => {
    const { findWaiting, forgetPhoto, keepPhoto } =
        await import("/static/js/outbox/pending-photos.js");
    const [first] = [await keepPhoto("/here/", "first"), await keepPhoto("/here/", "second")];
    const [pairs] = await Promise.all([findWaiting("/here/"), forgetPhoto(first)]);
    return pairs.map(([key, file]) => [key - first, file]);
}"""


def test_what_is_forgotten_while_it_is_looked_up_gives_nothing_else_its_key(phone):
    begin(phone)
    assert phone.evaluate(WHAT_WAITS) == [[0, "first"], [1, "second"]]


KEEPS = """(ids) => Promise.race([
    new Promise((_, refuse) => setTimeout(refuse, 30_000, new Error("other photos"))),
    (async () => {
        const { inReport } = await import("/static/js/outbox/database.js");
        for (;;) {
            const rows = await inReport("photos", "readonly", (store) => store.getAll());
            if (String(rows.map(({ id }) => id)) === String(ids)) return;
            await new Promise((go) => setTimeout(go, 50));
        }
    })(),
])"""


def keeps_photos(page, *photos):
    """Wait until the phone's storage contains exactly these photos, all uploaded."""
    page.evaluate(KEEPS, [str(each.pk) for each in photos])


def test_who_follows_another_one_instead_keeps_no_photos_of_the_report(phone):
    row = make.filed(by=make.bob(), category=make.category(service_code="graffiti-public"))
    begin(phone)
    choose(phone)
    gallery(phone).set_input_files(photo("good/small.webp"))
    expect(phone.locator("[data-photo]")).to_be_visible()
    keeps_photos(phone, Photo.objects.get())
    go_on(phone, "where")
    phone.get_by_role("button", name="Use my location").click()
    expect(phone.locator("[data-latitude]")).to_have_value(re.compile("^34[.]01"))
    go_on(phone, "same")
    phone.get_by_role("button", name="It's this one").click()
    follow = phone.get_by_role("button", name="Only follow")
    expect(follow).to_be_visible()
    phone.wait_for_load_state()  # until its scripts are loaded
    follow.click()
    phone.wait_for_url(f"**/{row.reference}/following/")
    keeps_photos(phone)


def test_a_file_that_is_no_photo_is_refused_beside_those_that_are(phone):
    begin(phone)
    gallery(phone).set_input_files([photo("nasty/pdf_renamed.jpg"), photo("good/small.webp")])
    expect(phone.locator("[data-photo]")).to_be_visible()
    expect(phone.locator(".photo--refused")).to_contain_text("not a photo")
    phone.locator(".photo--refused").get_by_role("button", name="Remove").click()
    expect(phone.locator(".photo--refused")).to_have_count(0)
    phone.locator("[data-photo]").get_by_role("button", name="Remove").click()
    expect(phone.locator("[data-photo]")).to_have_count(0)
    assert not Photo.objects.exists()


def test_what_was_refused_is_said_once_and_goes_with_the_next_choice(phone):
    begin(phone)
    gallery(phone).set_input_files(photo("nasty/pdf_renamed.jpg"))
    expect(phone.locator(".photo--refused")).to_contain_text("not a photo")
    heard = phone.locator("[data-photo-news]")
    expect(heard).to_contain_text("not a photo")
    expect(heard).to_have_class(re.compile(r"\bvisually-hidden\b"))
    gallery(phone).set_input_files(photo("good/small.webp"))
    expect(phone.locator("[data-photo]")).to_be_visible()
    expect(phone.locator(".photo--refused")).to_have_count(0)
    expect(heard).to_have_text("Photo added.")
    expect(heard).not_to_have_class(re.compile(r"\bvisually-hidden\b"))


def test_a_city_that_does_not_answer_at_once_is_said_to_be_waited_for(phone, page_problems):
    """A slow response shows "On its way to the city…", not that the connection is lost."""
    begin(phone)
    choose(phone)
    held = []

    def hold(route):
        held.append(route)

    phone.route("**/what/", hold)
    phone.locator(".dock button").first.click()
    banner = phone.locator("[data-offline]")
    expect(banner).to_contain_text("On its way to the city…")
    expect(banner.get_by_role("button")).to_be_hidden()
    expect(banner.locator("[data-offline-sign]")).to_be_hidden()
    assert_accessible(phone)
    held[0].fulfill(status=503)
    expect(banner).to_contain_text("We can't take this right now.")
    phone.unroute("**/what/")
    phone.route("**/what/", lambda route: route.fulfill(status=503, headers={"X-Read-Only": "1"}))
    banner.get_by_role("button", name="Try now").click()
    expect(banner).to_contain_text("We're doing maintenance")
    page_problems.clear()
    phone.unroute("**/what/")
    banner.get_by_role("button", name="Try now").click()
    phone.wait_for_url("**/where/")


def test_a_double_tap_sends_one_request(phone):
    to_details(phone)
    phone.get_by_label("No", exact=True).first.locator("xpath=following-sibling::label").click()
    go_on(phone, "check")
    phone.locator(".dock button").dblclick()
    phone.wait_for_url("**/sent/")
    assert ServiceRequest.objects.count() == 1


def test_nothing_hangs_over_the_edge(page_at):
    page = page_at(320, 700)
    begin(page)
    choose(page)
    fits_every_width(page)
    go_on(page, "where")
    fits_every_width(page)


def fits_every_width(page):
    for width in (390, 1440, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
