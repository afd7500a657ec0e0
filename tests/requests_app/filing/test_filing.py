"""Tests for the report form without JavaScript, from the first step to the receipt."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection

from city import geo
from city.models import Agency, Category
from lib import clock
from requests_app.models import AccessLink, Draft, Photo, ReporterSession, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.city.test_geo import beside_the_line
from tests.requests_app.filing.report import Report
from tests.visitors import address, browser, source

pytestmark = pytest.mark.django_db


def page_text(response):
    return source(response)


def get_neighbor_agency():
    return Agency.objects.get(slug="los-angeles").name


def get_only_request():
    return ServiceRequest.objects.get()


# Steps


def test_a_resident_reports_with_a_photo_and_gets_a_reference():
    report = Report()
    assert report.get("what").status_code == 200
    response = report.post_category(
        "storm-drain", photos=[make.picture("red"), make.picture("blue")]
    )
    assert response.url == report.url("where")
    assert report.post_location().url == report.url("details")
    given = {
        "answer-fall": "yes",
        "description": "The edge breaks away.",
        "location_note": "North curb",
        "name": "Ana",
        "email": "ana@Example.org",
        "phone": "310 555 0142",
    }
    assert report.post_details(**given).url == report.url("check")
    checked = page_text(report.get("check"))
    for said in ("Storm drain", "City Hall", "North curb", "The edge breaks away.", "310 555 0142"):
        assert said in checked
    assert "Only the city sees this" in checked
    assert report.post_review().url == report.url("sent")

    row = get_only_request()
    assert (row.status, row.priority) == (Status.FILED, "urgent")
    assert row.location_text == "City Hall"
    assert row.photos.count() == 2
    assert row.contact.email == "ana@example.org"
    assert [answer.said for answer in row.answers.all()] == ["Yes"]
    receipt = page_text(report.get("sent"))
    assert row.reference in receipt
    assert "Expected by" in receipt
    assert "Urgent" in receipt
    assert "We're emailing the link to ana@example.org" in receipt


def test_the_receipt_says_when_an_agent_reads_it_and_then_who_has_it():
    report = Report().walk_to("check")
    report.post_review()
    row = get_only_request()
    with clock.freeze_time(datetime(2026, 11, 25, 20, tzinfo=UTC)):  # noon
        assert "Usually within 2 business hours." in page_text(report.get("sent"))
    with clock.freeze_time(datetime(2026, 11, 25, 6, tzinfo=UTC)):  # 10 pm of the day before
        receipt = page_text(report.get("sent"))
        assert "When our office opens: tomorrow at 8:00 am." in receipt
        live = page_text(report.client.get(address(row)))
        assert "when our office opens: tomorrow at 8:00 am." in live
    make.route(row)
    receipt = page_text(report.get("sent"))
    assert "Street Services has it" in receipt
    assert "A 311 agent reads it" not in receipt


def test_a_photo_is_no_must_and_neither_is_a_name():
    report = Report().walk_to("check")
    report.post_review()
    row = get_only_request()
    assert not hasattr(row, "contact")
    assert row.photos.count() == 0
    assert "The city has your report." in page_text(report.get("sent"))


def test_looking_at_the_first_step_writes_nothing():
    report = Report("nobody yet")
    report.get("what")
    assert not Draft.objects.exists()


def test_a_browser_without_a_key_gets_one_and_keeps_its_draft():
    report = Report(client=browser()).walk_to("details")
    assert report.client.cookies["device"]["httponly"]
    assert Draft.objects.get().device == make.device(report.client.cookies["device"].value)


def test_the_first_pages_tile_chooses_the_category():
    address = browser("ana").get("/report/?category=pothole").url
    page = page_text(browser("ana").get(address))
    assert 'value="pothole" checked' in page


def test_everyday_words_find_the_category_and_keep_what_was_chosen():
    report = Report()
    response = report.post("what", find="1", q="hole by the drain", category="pothole")
    page = page_text(report.client.get(response.url))
    assert "Storm drain broken or blocked" in page
    assert 'value="pothole" checked' in page
    assert Draft.objects.get().category.service_code == "pothole"


def test_words_that_find_nothing_are_shown_again_with_the_groups():
    page = page_text(Report().get("what", q="xyzzyplugh"))
    assert "Nothing found for “xyzzyplugh”" in page
    assert "Or pick a group" in page


def test_every_step_comes_back_as_it_was_left():
    report = Report()
    report.post_category("storm-drain", photos=make.picture())
    report.post_location()
    report.post_details(
        **{"answer-fall": "no", "description": "Loose grate", "phone": "3105550142"}
    )
    assert 'value="storm-drain" checked' in page_text(report.get("what"))
    assert Photo.objects.get().small in page_text(report.get("what"))
    assert "City Hall" in page_text(report.get("where"))
    details = page_text(report.get("details"))
    assert "Loose grate" in details
    assert 'value="no" checked' in details
    assert "3105550142" in details


def test_nobody_skips_a_step():
    report = Report()
    assert report.get("check").url == report.url("what")
    report.post_category()
    assert report.get("check").url == report.url("where")
    report.post_location()
    assert report.get("check").url == report.url("details")
    assert report.post_review().url == report.url("details")
    assert report.get("sent").url == report.url("details")


def test_another_category_asks_its_own_questions():
    report = Report().walk_to("details", "storm-drain")
    report.post_details(**{"answer-fall": "yes"})
    report.post_category("graffiti-public")
    assert report.get("check").url == report.url("details")
    assert Draft.objects.get().answers == {}


def test_a_category_switched_off_meanwhile_is_chosen_anew():
    report = Report().walk_to("check")
    graffiti = Category.objects.get(service_code="graffiti-public")
    graffiti.is_active = False
    graffiti.save()
    assert report.post_review().url == report.url("what")
    response = report.post_category("graffiti-public")
    assert response.status_code == 422
    assert "can&#x27;t report this here anymore" in page_text(response)


def test_a_required_question_left_out_is_named_and_the_rest_kept():
    report = Report().walk_to("details", "storm-drain")
    response = report.post_details(description="Loose grate", phone="310 555 014")
    page = page_text(response)
    assert response.status_code == 422
    assert "2 things need another look" in page
    assert 'href="#answer-fall-yes"' in page
    assert "This number has 9 digits. It needs 10." in page
    assert "Loose grate" in page
    assert "310 555 014" in page


def test_urgent_answers_say_so_before_they_are_chosen():
    report = Report().walk_to("details", "storm-drain")
    page = page_text(report.get("details"))
    assert "Keep people away. If someone is in danger now, call 911." in page


@pytest.mark.parametrize("is_private", [True, False])
def test_words_are_called_public_only_where_they_are(is_private):
    report = Report()
    report.post_category(make.category(is_private=is_private).service_code)
    report.post_location()
    page = page_text(report.get("details"))
    assert ("This is public." in page) is not is_private
    assert (
        "Only the 311 team and the department doing the work can see this." in page
    ) is is_private


# Warnings and referrals


def test_danger_to_life_is_sent_to_the_emergency_number_and_nothing_is_lost():
    report = Report().walk_to("details", "tree-down")
    answers = make.least_answers(Category.objects.get(service_code="tree-down"))
    given = {f"answer-{code}": values for code, values in answers.items()}
    response = report.post_details(**(given | {"answer-wires": "yes", "description": "Sparks"}))
    page = page_text(response)
    assert response.status_code == 422
    assert "Please call 911" in page
    assert 'href="tel:911"' in page
    assert report.get("check").url == report.url("details")
    assert "Sparks" in page_text(report.get("details"))


def test_another_agencys_matter_names_it_with_its_number():
    report = Report().walk_to("details", "streetlight")
    answers = make.least_answers(Category.objects.get(service_code="streetlight"))
    given = {f"answer-{code}": values for code, values in answers.items()} | {"answer-pole": "wood"}
    page = page_text(report.post_details(**given))
    assert "Southern California Edison takes care of this" in page
    assert 'href="tel:+18006111911"' in page


def test_another_agencys_emergency_has_the_citys_emergency_number_first():
    report = Report().walk_to("details", "sewer")
    answers = make.least_answers(Category.objects.get(service_code="sewer"))
    given = {f"answer-{code}": values for code, values in answers.items()} | {"answer-smell": "gas"}
    page = source(page_text(report.post_details(**given)))
    assert "<h1>Please call 911 or SoCalGas</h1>" in page
    stop = page.split("<h1>")[1]
    assert stop.index('href="tel:911"') < stop.index('href="tel:+18004272200"')
    assert '<a class="alarm__call" href="tel:911">' in stop
    assert 'Call SoCalGas,<span class="unbroken">1-800-427-2200</span>' in stop
    assert "SoCalGas takes care of this" not in page


# Sending twice


def test_sending_again_gives_the_same_request():
    report = Report().walk_to("check")
    report.post_review()
    first = get_only_request()
    report.client.cookies["csrftoken"] = ""
    assert report.post_review().url == report.url("sent")
    assert get_only_request() == first
    assert AccessLink.objects.count() == 1


def test_after_sending_every_step_shows_the_receipt():
    report = Report().walk_to("check")
    report.post_review()
    for step in ("what", "where", "details", "check"):
        assert report.get(step).url == report.url("sent")
        assert report.post(step, category="pothole").url == report.url("sent")
    assert report.post("photos", photos=make.picture()).status_code == 409
    assert get_only_request().category.service_code == "graffiti-public"


@pytest.mark.django_db(transaction=True)
def test_sent_by_eight_taps_at_once_it_is_one_request():
    report = Report().walk_to("check")

    def tap(_n):
        try:
            return Report(client=browser("ana"), draft_id=report.draft_id).post_review().url
        finally:
            connection.close()

    connection.close()  # the threads open eight connections of their own
    with ThreadPoolExecutor(8) as taps:
        assert set(taps.map(tap, range(8))) == {report.url("sent")}
    assert ServiceRequest.objects.count() == 1
    assert ReporterSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_six_photos_at_once_are_five():
    report = Report()
    report.post_category()

    def upload(n):
        try:
            again = Report(client=browser("ana"), draft_id=report.draft_id)
            return again.post("photos", photos=make.picture((n * 40, 0, 0))).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as uploads:
        assert sorted(uploads.map(upload, range(6))) == [201] * 5 + [422]
    assert Photo.objects.count() == 5


# Ownership


def test_somebody_elses_draft_is_not_there():
    anas = Report().walk_to("check")
    bobs = Report("bob", draft_id=anas.draft_id)
    assert bobs.get("sent").status_code == 404
    for step in ("what", "where", "details", "check"):
        assert bobs.get(step).status_code == 404
        assert bobs.post(step, category="pothole").status_code == 404
    assert bobs.post("photos", photos=make.picture()).status_code == 404
    assert Draft.objects.get().category.service_code == "graffiti-public"


def test_somebody_elses_photo_stays():
    anas = Report()
    anas.post_category(photos=make.picture())
    photo = Photo.objects.get()
    bob, bobs = browser("bob"), Report("bob")
    assert bob.post(f"/report/{anas.draft_id}/photos/{photo.pk}/").status_code == 404
    bobs.post_category()
    bobs.post(f"photos/{photo.pk}")
    bobs.post_category(remove=str(photo.pk))
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_a_draft_that_never_was_begins_at_the_beginning():
    report = Report(draft_id=uuid4())
    for step in ("where", "details", "check"):
        assert report.get(step).url == report.url("what")
    assert report.get("sent").status_code == 404


@pytest.mark.parametrize("draft_id", ["1", "x", "10" * 15, "%00", "1 or 1=1"])
def test_an_address_that_is_no_drafts_is_not_found(draft_id):
    assert browser("ana").get(f"/report/{draft_id}/what/").status_code == 404


def test_the_receipt_holds_a_link_that_opens_the_report_elsewhere_and_is_kept_by_no_browser():
    report = Report().walk_to("check")
    report.post_review()
    receipt = page_text(report.get("sent"))
    link = AccessLink.objects.get()
    path = f"/requests/{get_only_request().reference}/mine/{link.token}/"
    assert path in receipt
    assert browser("ana's other phone").get(path).status_code == 200
    assert "no-store" in report.get("sent")["Cache-Control"]


# Places


def post_location(report=None, **given):
    report = report or Report().walk_to("where")
    response = report.post_location(**given)
    return response, Draft.objects.get()


def test_words_alone_name_the_place():
    report = Report().walk_to("where")
    response = report.post_location(find="1", text="santa monica pier")
    page = page_text(report.client.get(response.url))
    assert "Santa Monica Pier" in page
    value = page.split('name="place" value="')[1].split('"')[0]
    response, draft = post_location(report, place=value)
    assert response.url == report.url("details")
    assert draft.location_text == "Santa Monica Pier"


def test_a_corner_in_words_that_mean_one_place_needs_no_list():
    response, draft = post_location(text="Wilshire and 14th")
    assert response.status_code == 302
    assert draft.location_text == "Wilshire Blvd & 14th St"


@pytest.mark.parametrize(
    ("text", "reason"), [("park", "Choose one of the locations"), ("", "Tell us where")]
)
def test_words_that_mean_many_places_or_none_are_asked_about(text, reason):
    response, draft = post_location(text=text)
    assert response.status_code == 422
    assert reason in page_text(response)
    assert draft.latitude is None


def test_null_island_is_far_away():
    response, __ = post_location(latitude="0", longitude="0")
    assert response.status_code == 422
    assert "very far from Santa Monica" in page_text(response)


def test_a_point_without_words_is_described_and_rounded_to_what_a_map_knows():
    __, draft = post_location(latitude="34.01180012345678", longitude="-118.49170098765432")
    assert draft.location_text
    assert (str(draft.latitude), str(draft.longitude)) == ("34.011800", "-118.491701")


def test_another_place_needs_other_words():
    report = Report().walk_to("details")
    response, draft = post_location(report, text="City Hall", latitude="", longitude="")
    assert response.url == report.url("details")
    assert str(draft.latitude) == "34.011800"
    __, draft = post_location(report, text="Santa Monica Pier", latitude="", longitude="")
    assert draft.location_text == "Santa Monica Pier"


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("٣٤.٠١١٨", "-118.4917"),
        ("34.0118", "NaN"),
        ("inf", "-118.4917"),
        ("1e400", "1e400"),
        ("34_0", "-118.4917"),
        ("0x22", "-118.4917"),
        ("34,0118", "-118,4917"),
        ("\uff13\uff14", "-118.4917"),
        ("34.0118", ""),
        ("", "-118.4917"),
        ("34.0118\0", "-118.4917"),
        ("9" * 40, "-118.4917"),
        ("10" * 15, "-118.4917"),
        ("200", "-118.4917"),
        ("118.4917", "34.0118 "),
        ("' OR 1=1", "--"),
    ],
)
def test_what_is_no_coordinate_is_refused_in_words(latitude, longitude):
    response, draft = post_location(latitude=latitude, longitude=longitude, text="by the pier")
    assert response.status_code == 422
    assert 'role="alert"' in page_text(response)
    assert "by the pier" in page_text(response)
    assert draft.latitude is None


@pytest.mark.parametrize(
    "place", ["", "x", "34.0118", "34.0118 -118.4917\0 A", "NaN NaN A", "٣ ٤ A"]
)
def test_a_made_up_button_is_no_place(place):
    response, __ = post_location(place=place)
    assert response.status_code in {302, 422}


@pytest.mark.parametrize("photo", ["", "x", str(UUID(int=1)), "10" * 15])
def test_a_made_up_photo_is_no_place(photo):
    assert post_location(photo=photo)[0].status_code == 422


# Places outside the city


def test_next_door_is_told_who_may_be_responsible_and_loses_nothing():
    report = Report()
    report.post_category(photos=make.picture())
    response, draft = post_location(report, latitude="33.99", longitude="-118.46")
    page = page_text(response)
    assert response.status_code == 422
    assert f"This spot is in {get_neighbor_agency()}" in page
    assert "past the city line, so our crews" in page
    assert "tel:+12134733231" in page
    assert "Move the pin" in page
    assert draft.photos.count() == 1
    assert report.get("details").url == report.url("where")
    assert report.get("where").status_code == 200


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("34.0118", "118.4917"), ("-34.0118", "-118.4917"), ("-34.0118", "118.4917")],
)
def test_a_mixed_up_sign_is_seen_through(latitude, longitude):
    report = Report().walk_to("where")
    page = page_text(post_location(report, latitude=latitude, longitude=longitude)[0])
    assert "Did you mean" in page
    value = page.split('name="place" value="')[1].split('"')[0]
    response, draft = post_location(report, place=value)
    assert response.url == report.url("details")
    assert str(draft.latitude) == "34.011800"


@pytest.mark.parametrize("metres", [3, 20])
def test_a_place_just_outside_the_line_is_snapped_inside(metres):
    latitude, longitude = beside_the_line(metres)
    response, draft = post_location(latitude=str(latitude), longitude=str(longitude))
    assert response.status_code == 302
    assert (draft.latitude, draft.longitude) == geo.snap_to_service_area(latitude, longitude)


def test_a_place_farther_outside_is_outside_and_a_metre_inside_is_not():
    inside = _just_inside_the_line()
    assert post_location(latitude=f"{inside:.6f}", longitude="-118.46")[0].status_code == 302
    Draft.objects.all().delete()
    latitude, longitude = beside_the_line(28)
    assert post_location(latitude=str(latitude), longitude=str(longitude))[0].status_code == 422


def _just_inside_the_line(longitude=-118.46):
    """Return a latitude one metre inside the northern city limit at this longitude."""
    low, high = 34.02, 34.2
    assert geo.is_in_service_area(low, longitude)
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (middle, high) if geo.is_in_service_area(middle, longitude) else (low, middle)
    return low - 9e-6


# Texts


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "{{7*7}} {% now 'Y' %}",
        '<img hx-get=/x hx-trigger=load onerror="x()">',
        "javascript:alert(1)",
        '=HYPERLINK("http://x")',
        "Robert'); DROP TABLE--",
        "line\r\n2026 ERROR forged",
        "مرحبا بالعالم 你好 עולם",
        "🕳️" * 300,
        "a" + "\u0301" * 500,
        "bell \a escape \x1b[31m",
    ],
)
def test_any_words_arrive_and_run_nowhere(typed):
    report = Report().walk_to("details")
    assert report.post_details(description=typed).status_code == 302
    page = page_text(report.get("check"))
    assert "<script>alert" not in page
    assert "<img hx-get" not in page
    assert report.post_review().status_code == 302


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"description": "a\0b"}, "read some characters, so nothing is saved yet"),
        ({"description": "x" * 2001}, "under 2,000 characters"),
        ({"name": "x" * 121}, "under 120 characters"),
        ({"location_note": "x" * 201}, "under 200 characters"),
        ({"email": "a@[127.0.0.1]"}, "a name with a dot"),
        ({"email": "a@localhost"}, "a name with a dot"),
        ({"email": "ana@example.org\nBcc: b@example.org"}, "no spaces"),
        ({"phone": "٣١٠٥٥٥٠١٤٢"}, "with area code, like 310-555-0142"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(given, said):
    report = Report().walk_to("details")
    response = report.post_details(**given)
    assert response.status_code == 422
    assert said in page_text(response)


def test_a_description_that_nobody_could_read_is_refused_and_such_a_name_left_out():
    report = Report().walk_to("details")
    refused = report.post_details(description="\u200b\u202e\u0301")
    assert refused.status_code == 422
    assert "This text has no visible characters. Please type it again." in page_text(refused)
    assert report.post_details(description="", name="\u2800").status_code == 302
    assert Draft.objects.get().name == ""


def test_an_answer_that_is_none_of_the_choices_is_refused():
    report = Report().walk_to("details", "storm-drain")
    for answer in ("maybe", "yes\0", "10" * 15, "' OR 1=1"):
        assert report.post_details(**{"answer-fall": answer}).status_code in {302, 422}
    assert report.post_details(**{"answer-fall": "maybe"}).status_code == 422
    assert report.post_details(**{"answer-fall": ["yes", "no"]}).status_code == 422


@pytest.mark.parametrize("category", ["", "nothing", "pothole\0", "10" * 15, "\u200b"])
def test_a_made_up_category_is_refused(category):
    assert Report().post_category(category).status_code in {302, 422}
    assert Report().post_category("nothing").status_code == 422


@pytest.mark.parametrize("q", ["a\0b", "\u200b", "x" * 5000, "(", "%", "'"])
def test_any_search_is_answered(q):
    assert Report().get("what", q=q, category=q).status_code == 200
    report = Report().walk_to("where")
    assert report.get("where", find="1", text=q).status_code == 200
    assert report.post_location(text=q).status_code in {302, 422}


def test_the_page_for_a_point_is_the_same_for_everyone_who_reads_numbers_with_commas():
    report = Report().walk_to("details")
    report.client.cookies["django_language"] = "es"
    assert 'data-lat="34.0118"' in page_text(report.get("where"))


def test_a_report_needs_few_queries(django_assert_max_num_queries):
    report = Report().walk_to("check")
    for step in ("what", "where", "details", "check"):
        with django_assert_max_num_queries(12):
            report.get(step)
