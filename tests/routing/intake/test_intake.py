"""Tests for taking a call over HTTP: filing, validation, and permissions."""

import re
import uuid
from decimal import Decimal
from html import unescape
from string import ascii_uppercase, digits

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.security_log.record import SecurityRecord
from city import search
from city.models import Category, Choice
from lib.security_log import Kind
from requests_app import workflow
from requests_app.filing.place import format_button_value
from requests_app.models import Channel, Comment, Priority, ServiceRequest
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import outbox
from routing.intake.spelling import format_for_reading_aloud, spell_reference
from routing.models import RoutingRule
from tests import make
from tests.visitors import source

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
CITY_HALL = {"latitude": "34.011800", "longitude": "-118.491700"}
VENICE = {"latitude": "33.990000", "longitude": "-118.450000"}


def call_form_data(**given):
    """Return the form data of a call about a pothole at City Hall, reported by phone."""
    answers = {
        f"answer-{code}": values for code, values in make.least_answers(make.pothole()).items()
    }
    told = {
        "key": str(uuid.uuid4()),
        "channel": "phone",
        "language": "es",
        "place": "City Hall",
        "known_place": "City Hall",
        **CITY_HALL,
        "what": "Pothole",
        "category_code": "pothole",
        "description": "As wide as a bucket.",
        "location_note": "By the bus stop",
        "name": "Carla",
        "phone": "310 555 0142",
        "email": "carla@example.org",
        "file": "1",
        **answers,
    }
    return told | given


def post_call(client, **given):
    return client.post("/desk/intake/", call_form_data(**given))


def choose(choice) -> dict:
    """Return the form fields for the category of `choice`, with `choice` as the answer."""
    category = choice.question.category
    answers = make.least_answers(category) | {choice.question.code: [choice.key]}
    fields = {f"answer-{code}": values for code, values in answers.items()}
    return {"what": category.name, "category_code": category.service_code, **fields}


def get_only_request():
    return ServiceRequest.objects.get()


# Filing


def test_a_call_becomes_a_request_in_the_callers_name(omar):
    answer = post_call(omar)
    row = get_only_request()
    assert answer.url == f"/desk/intake/{row.reference}/"
    assert (row.channel, row.language, row.status) == (Channel.PHONE, "es", Status.FILED)
    assert (row.location_text, row.location_note) == ("City Hall", "By the bus stop")
    assert row.description == "As wide as a bucket."
    assert (row.contact.name, row.contact.phone) == ("Carla", "310 555 0142")
    assert row.answers.count() == len(make.least_answers(make.pothole()))
    event = row.events.get()
    assert (event.verb, event.actor, event.device) == (Verb.FILE, make.omar(), None)
    assert row.reporter_sessions.count() == 0


def test_somebody_who_walked_in_may_stay_anonymous(omar):
    post_call(omar, channel="walk_in", name="", phone="", email="")
    assert get_only_request().channel == Channel.WALK_IN
    assert not hasattr(get_only_request(), "contact")


def test_each_one_begins_as_a_call_also_after_a_visit(omar):
    assert 'value="phone" checked' in source(omar.get("/desk/intake/"))
    post_call(omar, channel="walk_in")
    page = source(omar.get("/desk/intake/"))
    assert 'value="phone" checked' in page
    assert 'value="walk_in" checked' not in page


def test_a_double_key_files_once(omar):
    told = call_form_data()
    first, second = (omar.post("/desk/intake/", told) for _ in range(2))
    assert first.url == second.url
    assert ServiceRequest.objects.count() == 1


def test_another_call_under_an_old_key_is_not_lost(omar):
    told = call_form_data()
    omar.post("/desk/intake/", told)
    for given in ({"description": "A lamp is out."}, {"phone": "310 555 0177"}, {"email": ""}):
        answer = omar.post("/desk/intake/", told | given)
        assert answer.status_code == 422
        assert f"filed already as {get_only_request().reference}" in answer.text
        for words in filter(None, given.values()):
            assert words in answer.text


def test_an_urgent_answer_makes_it_urgent(omar):
    choice = Choice.objects.filter(effect="urgent", question__category__is_active=True).first()
    post_call(omar, **choose(choice))
    assert get_only_request().priority == Priority.URGENT


# Refused calls


def check_refused(answer, *words):
    """Check that the response has status 422, contains `words`, and keeps the typed texts."""
    page = answer.text
    assert answer.status_code == 422
    assert ServiceRequest.objects.count() == 0
    for word in (*words, "As wide as a bucket.", "310 555"):
        assert word in page, word
    return page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"place": "", "latitude": "", "longitude": ""}, "Ask where it is"),
        ({"place": "zzqx", "latitude": "", "longitude": ""}, "No location matches"),
        ({"place": "wilshire", "latitude": "", "longitude": ""}, "Choose one"),
        ({"latitude": "10" * 15}, "a coordinate. Use digits"),
        ({"spot": "here or there"}, "a coordinate. Use digits"),
        ({"place": "x" * 300}, "under 200 characters"),
        ({"what": "", "category_code": ""}, "Ask what it is"),
        ({"what": "zzqx", "category_code": "gone"}, "No kind of request fits"),
        ({"what": "tree", "category_code": ""}, "could be more than one thing"),
        ({"what": "a\0b"}, "read some characters, so nothing is saved yet"),
        ({"key": "1"}, "The page didn&#x27;t load completely"),
        ({"channel": "import"}, "Choose how this person came"),
        ({"language": "xx"}, "Choose the language"),
        ({"phone": "310 555 01"}, "It needs 10"),
        ({"email": "carla"}, "An email address has one @"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_everything_stays(omar, given, words):
    check_refused(post_call(omar, **given), words)


def test_a_question_that_must_be_answered_is_asked(omar):
    page = check_refused(post_call(omar, **{"answer-size": []}), "Please answer: How big is it?")
    assert 'id="answer-size' in page


def test_several_places_are_offered_to_choose_from(omar):
    page = check_refused(post_call(omar, place="wilshire and", latitude="", longitude=""))
    assert page.count('name="spot"') > 1


def test_a_place_elsewhere_names_who_looks_after_it(omar):
    page = check_refused(
        post_call(omar, place="", known_place="", **VENICE),
        "outside the city&#x27;s service area",
        "Los Angeles",
    )
    assert "This location is in" in page


def test_a_place_far_away_is_taken_for_a_mistake(omar):
    check_refused(post_call(omar, latitude="52.5", longitude="13.4"), "the pin is probably wrong")


def test_another_agencys_matter_names_it(omar):
    page = check_refused(post_call(omar, **{"answer-place": "state-highway"}), "Caltrans")
    assert "Nothing was filed" in page


def test_an_emergency_says_which_number_to_call(omar):
    choice = Choice.objects.filter(stop_kind="call_911").first()
    answer = post_call(omar, **choose(choice))
    page = check_refused(answer, "Tell the caller to call 911 now")
    assert choice.stop_text.replace("{emergency}", "911") in page


def test_a_category_that_was_switched_off_meanwhile_is_refused(omar):
    Category.objects.filter(service_code="pothole").update(is_active=False)
    check_refused(post_call(omar, what="Pothole"))


# Typed places


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("Wilshire Blvd & 14th St", "Wilshire Blvd & 14th St"),
        ("1685 Main St, Santa Monica, California, USA", "1685 Main St"),
    ],
)
def test_words_that_mean_one_place_need_no_map(omar, place, text):
    post_call(omar, place=place, known_place="", latitude="", longitude="")
    assert get_only_request().location_text == text


def test_other_words_than_the_pins_are_another_place(omar):
    post_call(omar, place="Wilshire Blvd & 14th St")
    assert get_only_request().latitude != Decimal(CITY_HALL["latitude"])


def test_words_added_to_the_pins_leave_it_where_it_is(omar):
    post_call(omar, place="City Hall, at the back door")
    assert get_only_request().location_text == "City Hall, at the back door"
    assert get_only_request().latitude == Decimal(CITY_HALL["latitude"])


def test_a_pin_without_words_is_described(omar):
    post_call(omar, place="", known_place="")
    assert get_only_request().location_text


def test_a_house_number_stays_with_its_street(omar):
    make.no_addresses()
    page = omar.get("/desk/intake/places/", {"place": "1432 olympic blvd"}).text
    assert "1432 Olympic Blvd" in page
    assert "the whole street" in page


def test_a_number_that_is_not_on_the_map_stays_in_the_words_of_the_call(omar):
    page = unescape(omar.get("/desk/intake/places/", {"place": "9999 main st"}).text)
    assert "Number 9999 isn't on our map." in page
    hit = search.find_places("9999 main st")[0]
    spot = format_button_value(hit.lat, hit.lng, hit.name)
    post_call(omar, place="9999 main st", known_place="", latitude="", longitude="", spot=spot)
    assert get_only_request().location_text == "9999 Main St"


def test_a_call_about_another_city_is_told_so(omar):
    answer = post_call(
        omar, place="9999 Main St, Los Angeles", known_place="", latitude="", longitude=""
    )
    assert "That's in Los Angeles." in unescape(answer.text)
    assert "Call Los Angeles at 3-1-1 or 213-473-3231." in unescape(answer.text)
    options = omar.get("/desk/intake/places/", {"place": "9999 Main St, Los Angeles, California"})
    assert "Call Los Angeles at 3-1-1 or 213-473-3231." in unescape(options.text)
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("place", ["2600 Clover Park", "1685 Heritage, California", "14 wilshire"])
def test_a_house_number_of_a_call_is_answered_by_no_corner_and_no_landmark(omar, place):
    answer = post_call(omar, place=place, known_place="", latitude="", longitude="")
    assert "Choose it in the list" in unescape(answer.text)
    assert not ServiceRequest.objects.exists()
    options = omar.get("/desk/intake/places/", {"place": place})
    assert "data-asks" in options.text, "Enter alone does not choose it"


# The steps of the form without JavaScript


def test_a_look_shows_the_questions_and_refuses_nothing(omar):
    told = call_form_data(
        what="pothole", category_code="", place="City Hall", latitude="", longitude=""
    )
    del told["file"]
    answer = omar.post("/desk/intake/", told | {"look": "1", "phone": "3"})
    page = answer.text
    assert answer.status_code == 200
    assert "How big is it?" in page or 'name="category_code"' in page
    assert ServiceRequest.objects.count() == 0


def test_the_spot_and_the_category_are_chosen_in_lists(omar):
    post_call(omar, place="x", spot="34.011800 -118.491700 City Hall", what="hole in the road")
    assert get_only_request().location_text == "City Hall"
    assert get_only_request().category == make.pothole()


# Open requests near the place


def get_nearby(client, **given):
    return client.get("/desk/intake/around/", CITY_HALL | given, headers=HTMX).text


def test_the_place_is_read_back_before_anything_is_chosen(omar):
    page = get_nearby(omar, known_place="City Hall")
    assert "City Hall" in page
    assert "Is it this one?" not in page
    assert "appear here" in omar.get("/desk/intake/around/?latitude=1&longitude=").text


def test_open_requests_of_the_kind_are_offered_beside_it(omar):
    row = make.filed(description="The old hole.")
    make.filed(category=Category.objects.get(service_code="street-sign"), description="No hole.")
    page = get_nearby(omar, category_code="pothole")
    assert row.reference in page
    assert "The old hole." in page
    assert "No hole." not in page.partition("Also open at this location")[0]
    make.act(workflow.withdraw, row, make.ana())
    assert row.reference not in get_nearby(omar, category_code="pothole")


def test_a_caller_is_added_to_the_request_that_is_open_already(omar):
    original = make.filed()
    told = call_form_data(same=original.reference, **{"answer-size": [], "answer-place": []})
    first, second = (omar.post("/desk/intake/", told) for _ in range(2))
    mine = ServiceRequest.objects.exclude(pk=original.pk).get()
    assert first.url == second.url == f"/desk/intake/{mine.reference}/"
    assert (mine.outcome, mine.duplicate_of) == (Outcome.DUPLICATE, original)
    assert mine.contact.phone == "310 555 0142"
    note = Comment.objects.get(service_request=original)
    assert not note.is_public
    assert "by phone" in note.body
    assert "As wide as a bucket." in note.body
    page = omar.get(first.url).text
    assert original.reference in page
    assert mine.reference in page


def test_a_request_that_was_closed_meanwhile_is_no_dead_end(omar):
    row = make.service_request(Status.CLOSED, Outcome.WITHDRAWN)
    answer = post_call(omar, same=row.reference)
    assert answer.status_code == 422
    assert "no longer open" in answer.text
    assert "As wide as a bucket." in answer.text


def test_a_private_request_whose_news_the_caller_could_not_see_is_refused(omar):
    private = make.filed(category=make.category(is_private=True))
    answer = post_call(omar, same=private.reference)
    assert answer.status_code == 422
    assert ServiceRequest.objects.count() == 1


# The page after the call


def test_the_reference_is_spelled_and_the_caller_is_told_what_comes(omar):
    page = omar.get(post_call(omar).url).text
    row = get_only_request()
    assert format_for_reading_aloud(row.reference) in page
    assert "We'll send updates and a private link to carla@example.org." in page
    assert "We expect it to be done by" in page
    assert f"/desk/{row.reference}/" in page


def test_who_left_no_contact_is_told_to_keep_the_reference(omar):
    page = omar.get(post_call(omar, name="", phone="", email="").url).text
    assert "You didn't leave contact details." in page


def test_a_reference_is_read_aloud_sign_by_sign():
    assert format_for_reading_aloud("SM-7K3Q-X9F2") == (
        "S M – seven, K as in Kilo, three, Q as in Quebec – "
        "X as in X-ray, nine, F as in Foxtrot, two"
    )
    assert [[one.character for one in group] for group in spell_reference("SM-7K3Q-X9F2")][
        1
    ] == list("7K3Q")


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_every_sign_has_a_word_in_each_language(language):
    with translation.override(language):
        (group,) = spell_reference(f"SM-{ascii_uppercase}{digits}")[1:]
    assert all(
        one.word[0].upper() == one.character for one in group if one.character in ascii_uppercase
    )
    assert all(one.word for one in group)


# Routing after the call


@pytest.mark.parametrize("is_proposed", [False, True])
def test_the_proposed_department_gets_the_request_by_one_form(omar, is_proposed):
    """The form is offered even before a worker has applied the rules."""
    RoutingRule.objects.all().delete()
    post_call(omar)
    if is_proposed:
        outbox.deliver_all_pending_events()
    page = omar.get(f"/desk/intake/{get_only_request().reference}/").text
    department = make.pothole().department
    action = re.search(r'<form id="route" method="post" action="([^"]+)"', page)[1]
    seen = re.search(r'name="seen" value="([0-9]+)"', page)[1]
    assert f'value="{department.slug}"' in page
    answer = omar.post(action, {"seen": seen, "department": department.slug})
    row = get_only_request()
    assert (row.status, row.department) == (Status.ROUTED, department)
    assert "did=" in answer.url
    again = omar.get(f"/desk/intake/{row.reference}/").text
    assert "Open it at the desk" in again
    assert 'id="route"' not in again


def test_without_a_proposal_the_desk_opens_with_the_choice_of_a_department(omar):
    RoutingRule.objects.all().delete()
    Category.objects.update(department=None)
    post_call(omar)
    page = omar.get(f"/desk/intake/{get_only_request().reference}/").text
    assert "Route it now" not in page
    assert "Choose a department" in page
    link = re.search(r'href="([^"]+pop=routing)"', page)[1]
    desk = omar.get(unescape(link)).text
    assert re.search(r'id="pop-routing"\s+open', desk)


# Words of danger that are added during a call


def find_poll_url(omar):
    """Return the poll URL in the page of a call."""
    page = omar.get("/desk/intake/").text
    return re.search(r'hx-get="(/desk/intake/live/[^"]+)"', page)[1]


def test_a_call_hears_of_a_possible_emergency_that_was_sent_meanwhile(
    omar, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        make.filed(location_text="First St")
        outbox.deliver_all_pending_events()
    address = find_poll_url(omar)
    assert omar.get(address).status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        row = make.filed(by=make.bob(), description="I smell gas.", location_text="Second St")
        outbox.deliver_all_pending_events()
    news = omar.get(address)
    assert "Second St" in news.text
    assert f'data-of="{row.reference}"' in news.text
    later = re.search(r'hx-get="(/desk/intake/live/[^"]+)"', news.text)[1]
    assert omar.get(later).status_code == 204


def test_the_pages_of_a_call_show_the_emergencies_that_nobody_cleared(omar):
    post_call(omar, description="I smell gas.", no_danger="gas")
    outbox.deliver_all_pending_events()
    row = get_only_request()
    for path in ("/desk/intake/", f"/desk/intake/{row.reference}/"):
        assert f'data-of="{row.reference}"' in omar.get(path).text


# Repeated calls


def test_who_calls_again_is_found_by_what_they_left_whatever_became_of_it(omar):
    post_call(omar)
    row = get_only_request()
    make.route(row)
    make.complete(row)
    other = make.filed(contact={"name": "", "email": "dora@example.org", "phone": "310 555 0199"})
    numbers = ["310-555-0142", "(310) 555 0142", "+1 310 555 0142", "5550142"]
    for left in [*numbers, "CARLA@example.org"]:
        page = omar.get("/desk/", {"q": left}).text
        assert f'id="q-{row.pk}"' in page, left
        assert f'id="q-{other.pk}"' not in page, left
    nobody = omar.get("/desk/", {"q": "nobody@example.org"})
    assert f'id="q-{row.pk}"' not in nobody.text


# Permissions and number of queries


def test_a_session_that_ended_costs_nothing_that_was_typed(client):
    answer = post_call(client)
    assert answer.status_code == 403
    assert "As wide as a bucket." in answer.text
    assert client.get("/desk/intake/around/", headers=HTMX).status_code == 401
    assert ServiceRequest.objects.count() == 0


def test_parts_of_the_form_are_nothing_for_nonsense(omar):
    for query in ["place=%00", "place=" + "9" * 3000, "what=%00", "what=zzqx", ""]:
        assert omar.get(f"/desk/intake/places/?{query}").status_code == 200
        assert omar.get(f"/desk/intake/categories/?{query}").content.strip() == b""
    assert omar.get("/desk/intake/questions/?category_code=no-such").content.strip() == b""
    private = make.category(is_private=True).service_code
    page = omar.get(f"/desk/intake/questions/?category_code={private}").text
    assert "This kind is private" in page
    assert omar.get("/desk/intake/SM-7K3Q-X9F4/").status_code == 404


def test_every_page_of_a_call_stays_within_its_queries(omar):
    for number in range(6):
        make.filed(by=make.device(f"resident {number}"))
    omar.get("/desk/intake/")
    row = ServiceRequest.objects.first()
    visits = {
        "/desk/intake/": 20,
        "/desk/intake/places/?place=pico and 4th": 6,
        "/desk/intake/categories/?what=hole": 6,
        "/desk/intake/questions/?category_code=pothole": 8,
        "/desk/intake/around/?latitude=34.0118&longitude=-118.4917&category_code=pothole": 12,
        f"/desk/intake/{row.reference}/": 12,
    }
    for address, most in visits.items():
        omar.get(address)  # loads the city's lists, which later requests find in the cache
        with CaptureQueriesContext(connection) as queries:
            assert omar.get(address).status_code == 200
        assert len(queries) <= most, (address, len(queries))
    with CaptureQueriesContext(connection) as queries:
        assert post_call(omar, **{"answer-size": []}).status_code == 422
    assert len(queries) <= 20


# Earlier requests of the caller


def test_a_call_shows_earlier_requests_of_the_typed_phone_or_address(omar):
    row = make.filed(contact={"name": "Dora", "email": "dora@example.org", "phone": "310 555 0199"})
    for typed in ({"phone": "(310) 555-0199"}, {"email": "Dora@EXAMPLE.org"}):
        shown = omar.get("/desk/intake/earlier/", typed).text
        assert "This caller reported one request before" in shown
        assert row.reference in shown
        assert row.reference in omar.post("/desk/intake/", {"look": "1"} | typed).text
    assert SecurityRecord.objects.filter(kind=Kind.PERSON_SEARCHED).exists()
    for typed in ({"phone": "310 555 0198"}, {"email": "dora"}, {"phone": "Main St"}, {}):
        assert omar.get("/desk/intake/earlier/", typed).text.strip() == ""


def test_a_call_shows_what_is_open_at_the_typed_location_whatever_its_kind(omar):
    row = make.filed(description="As deep as a well")
    far = make.filed(at=(row.latitude + Decimal("0.002"), row.longitude))
    closed = make.service_request(Status.CLOSED)
    shown = omar.get(
        "/desk/intake/around/", {"latitude": row.latitude, "longitude": row.longitude}
    ).text
    assert "Also open at this location" in shown
    assert row.reference in shown
    assert far.reference not in shown
    assert closed.reference not in shown
