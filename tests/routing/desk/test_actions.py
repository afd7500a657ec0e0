"""Tests for the actions of an agent at the desk over HTTP, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from city.models import Agency, Category, DeclineReason, RouteReason
from city.translation import translate
from lib import clock
from requests_app import timeline, workflow
from requests_app.models import Contact, ServiceRequest
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow import outbox
from routing.desk.actions import ACTIONS
from routing.models import RoutingRule
from tests import make
from tests.routing.desk.browser import HTMX, desk_url, omar, post_action, refreshed
from tests.sweeps import in_sweep
from tests.visitors import source

__all__ = ["omar"]

pytestmark = pytest.mark.django_db


def test_routing_goes_on_to_the_next_request(omar):
    with clock.freeze_time(clock.now() - timedelta(hours=1)):
        row = make.filed()
    following = make.filed()
    answer = post_action(omar, row, "routing", department="street-services")
    assert refreshed(row).department == make.streets()
    assert row.events.last().actor == make.omar()
    assert answer.url.startswith(f"/desk/{following.reference}/?tab=new&did=")
    page = omar.get(answer.url).text
    assert "Pothole, City Hall: routed to Street Services." in page
    assert "Undo" in page


def test_after_the_last_one_the_desk_is_done_and_the_log_says_what_was_done(omar):
    row = make.filed()
    answer = post_action(omar, row, "routing", department="street-services")
    assert answer.url.startswith("/desk/?tab=new&did=")
    assert "Nothing left in this queue" in omar.get(answer.url).text
    post_action(omar, row, "routing", department="street-services")
    assert [event.verb for event in row.events.all()] == [Verb.FILE, Verb.ROUTE]


def test_an_undo_brings_it_back(omar):
    row = make.filed()
    post_action(omar, row, "routing", department="street-services")
    event = row.events.last()
    answer = post_action(omar, row, "undo", event=event.pk)
    assert refreshed(row).status == Status.FILED
    assert answer.url.startswith(f"/desk/{row.reference}/")


def test_an_undo_that_comes_too_late_says_so(omar):
    with clock.freeze_time(clock.now() - timedelta(seconds=31)):
        row = make.filed()
        post_action(omar, row, "routing", department="street-services")
    answer = post_action(omar, row, "undo", event=row.events.last().pk)
    assert answer.status_code == 409
    assert "too late" in answer.text
    assert refreshed(row).status == Status.ROUTED
    for event in ["", "x", 10**30, make.last_event_id(row) + 999]:
        assert post_action(omar, row, "undo", event=event).status_code == 404


def test_nobody_takes_back_what_another_agent_did(omar):
    row = make.filed()
    event = make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    assert post_action(omar, row, "undo", event=event.pk).status_code == 403


def test_a_second_route_asks_why(omar):
    row = make.service_request(Status.ROUTED)
    answer = post_action(omar, row, "routing", department="water-resources")
    assert answer.status_code == 422
    assert "Say why you&#x27;re moving it" in answer.text
    assert answer.context["panel"].forms["routing"].values["department"] == "water-resources"
    reason = make.reason(RouteReason)
    assert (
        post_action(
            omar, row, "routing", department="water-resources", reason=reason.code
        ).status_code
        == 302
    )
    assert (refreshed(row).department, row.events.last().code) == (make.water(), reason.code)


def test_the_key_of_a_moved_request_opens_the_form_with_its_department(omar):
    row = make.service_request(Status.ROUTED)
    make.handed_back(row)
    outbox.deliver_all_pending_events()
    page = omar.get(desk_url(row))
    assert page.context["service_request"].times_routed > 0
    opened = source(omar.get(desk_url(row, pop="routing", to="water-resources")))
    assert '<option value="water-resources" selected>' in opened


def test_asking_needs_someone_who_can_answer(omar):
    row = make.filed()
    assert post_action(omar, row, "question", question="").status_code == 422
    assert post_action(omar, row, "question", question="Which side?").status_code == 302
    assert refreshed(row).status == Status.AWAITING_RESIDENT
    assert post_action(omar, row, "question-withdrawal").status_code == 302
    assert refreshed(row).status == Status.FILED

    unreachable = make.filed(by=make.omar())
    assert "pop-question" not in omar.get(desk_url(unreachable)).text
    refused = post_action(omar, unreachable, "question", question="Which side?")
    assert refused.status_code == 422
    assert "no way to reply" in refused.text


@pytest.mark.parametrize(
    ("contact", "before", "after"),
    [
        (
            {"email": "ana@example.org"},
            "We email it to ana@example.org.",
            "question sent to the rep",
        ),
        (
            {"phone": "(310) 555-0199"},
            "No email. Call (310) 555-0199.",
            "on the request’s page. No email goes out. Call (310) 555-0199.",
        ),
        (
            {"email": "ana@example.org", "phone": "310-555-0199", "bounced_at": clock.now()},
            "Email bounced. Call 310-555-0199.",
            "No email goes out. Call 310-555-0199.",
        ),
        (None, "The reporter sees it only on the request’s page.", "on the request’s page."),
    ],
    ids=["email", "phone", "bounced", "neither"],
)
def test_a_question_says_how_the_reporter_hears_of_it(omar, contact, before, after):
    row = make.filed()
    if contact:
        Contact.objects.create(service_request=row, **contact)
    form = source(omar.get(desk_url(row))).split('id="question-hint"')[1].split("</p>")[0]
    assert before in re.sub(r"\s+", " ", strip_tags(form))
    answer = post_action(omar, row, "question", question="Which side?")
    toast = omar.get(answer.url).context["toast"]
    assert after in toast.message
    assert ("sent" in toast.message) == before.startswith("We")


def test_a_standard_text_is_sent_with_the_number_and_read_in_both_languages(omar):
    reason = DeclineReason.objects.get(code="private-property")
    row = make.filed()
    post_action(omar, row, "declination", reason=reason.code, words="")
    event = row.events.get(verb=Verb.DECLINE)
    assert "If someone is in danger, call 911." in event.words.body
    with translation.override("es"):
        assert timeline.localize_event_text(event) == translate(reason.words)
    assert "{emergency}" not in omar.get(desk_url(row)).text


def test_declining_sends_the_words_of_the_reason_or_ones_own(omar):
    reason = make.reason(DeclineReason)
    row = make.filed()
    post_action(omar, row, "declination", reason=reason.code, words="")
    assert refreshed(row).outcome == Outcome.DECLINED
    assert row.events.last().words.body == reason.words.strip()
    other = make.filed()
    post_action(omar, other, "declination", reason=reason.code, words="Please call your landlord.")
    assert other.events.last().words.body == "Please call your landlord."
    assert post_action(omar, make.filed(), "declination", words="Because.").status_code == 422


def test_a_duplicate_is_picked_or_typed(omar):
    original, row, third = make.filed(by=make.bob()), make.filed(), make.filed()
    post_action(omar, row, "original", original=original.reference)
    assert refreshed(row).duplicate_of == original
    typed = original.reference.lower().replace("-", "")
    post_action(omar, third, "original", reference=typed)
    assert refreshed(third).duplicate_of == original

    row = make.filed()
    for given, words in [
        ({}, "Choose the request"),
        ({"reference": "SM-7K3Q-X9F4"}, "No request has this number"),
        ({"reference": "\0"}, "read some characters, so nothing is saved yet"),
        ({"reference": row.reference}, "duplicate of itself"),
        ({"reference": third.reference}, "itself a duplicate"),
    ]:
        answer = post_action(omar, row, "original", **given)
        assert (answer.status_code, words in answer.text) == (422, True), given


def test_the_rest_of_the_acts_do_what_they_say(omar):
    row = make.filed()
    other = Category.objects.active().exclude(pk=row.category_id).first()
    post_action(omar, row, "category", category=other.service_code)
    post_action(omar, row, "priority", priority="urgent")
    post_action(
        omar, row, "place", latitude="34.0195", longitude="-118.4912", location_text="Main Library"
    )
    post_action(omar, row, "comments", words="Thank you.")
    post_action(omar, row, "notes", words="The third one this week.")
    row = refreshed(row)
    assert (row.category, row.priority, row.location_text) == (other, "urgent", "Main Library")
    public, internal = row.comments.order_by("pk")
    assert (public.is_public, internal.is_public) == (True, False)

    post_action(omar, row, "hiding", words="A face can be seen.")
    assert refreshed(row).is_hidden
    post_action(omar, row, "showing")
    assert not refreshed(row).is_hidden
    post_action(omar, row, "transfer", agency=Agency.objects.active().first().slug, words="")
    assert refreshed(row).outcome == Outcome.TRANSFERRED
    post_action(omar, row, "reopening", words="They say it is ours.")
    assert refreshed(row).status == Status.FILED


def test_a_dispute_is_upheld_with_an_answer(omar):
    row = make.service_request(Status.DISPUTED)
    assert post_action(omar, row, "ruling", words=" ").status_code == 422
    assert post_action(omar, row, "ruling", words="It is level now.").status_code == 302
    assert refreshed(row).outcome == Outcome.UPHELD
    post_action(omar, row, "undo", event=make.last_event_id(row))
    assert refreshed(row).status == Status.DISPUTED


def test_a_dispute_is_read_before_anything_else(omar):
    row = make.service_request(Status.DISPUTED)
    why = row.events.filter(verb=Verb.DISPUTE).get().words.body
    page = omar.get(desk_url(row)).text
    assert page.index(why) < page.index('class="fact-grid"')
    assert 'class="disputed"' not in omar.get(desk_url(make.filed())).text


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        ("0", "0", "outside the city's service area"),
        ("-118.4912", "34.0195", "swapped"),
        ("٣٤", "-118.49", "a coordinate. Use digits"),
        ("34,0195", "-118.49", "a decimal point, not a comma"),
        ("1e3", "nan", "a coordinate. Use digits"),
    ],
)
def test_a_place_that_is_none_is_refused_and_kept(omar, latitude, longitude, words):
    row = make.filed()
    answer = post_action(
        omar, row, "place", latitude=latitude, longitude=longitude, location_text="X"
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.context["panel"].forms["place"].values["latitude"] == latitude


@pytest.mark.parametrize("strange", ["-1", *in_sweep([10**30, "٣\0\u202e", "1" * 5000])])
def test_strange_input_is_refused_and_never_a_500(omar, strange):
    # the sequence number of the event is 4 or higher
    *__, row = [make.filed(by=make.device(f"d{number}")) for number in range(4)]
    for act in ACTIONS:
        given = dict.fromkeys(
            ["department", "reason", "words", "question", "original", "agency", "category", "q",
             "priority", "latitude", "longitude", "location_text", "rating", "photo"], strange,
        )  # fmt: skip
        answer = omar.post(desk_url(row, act.noun), given | {"seen": strange}, headers=HTMX)
        assert answer.status_code in {409, 422}, act.noun
    assert refreshed(row).events.count() == 1


def test_of_two_agents_one_wins_and_the_other_reads_what_happened(omar):
    row = make.filed()
    seen = make.last_event_id(row)
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = post_action(
        omar, row, "declination", HTMX, seen=seen, reason="", words="My long explanation."
    )
    assert answer.status_code == 422
    reason = make.reason(DeclineReason).code
    answer = post_action(
        omar, row, "declination", HTMX, seen=seen, reason=reason, words="My words."
    )
    assert answer.status_code == 409
    assert "Olga sent it to Street Services." in answer.text
    assert "My words." in answer.text
    assert "HX-Push-Url" not in answer
    assert refreshed(row).status == Status.ROUTED


def test_reply_and_question_say_that_the_reporter_reads_spanish(omar):
    row = make.filed(contact={"name": "Ana", "phone": "", "email": "ana@example.org"})
    assert "The reporter reads" not in omar.get(desk_url(row)).text
    ServiceRequest.objects.filter(pk=row.pk).update(language="es")
    page = omar.get(desk_url(row)).text
    assert page.count("The reporter reads Spanish.") == 2
    refused = post_action(omar, row, "comments", words="")
    assert "The reporter reads Spanish." in refused.text


def test_another_language_is_named(omar):
    row = make.filed()
    for code, name in [("es", "Spanish"), ("tlh", "tlh"), ("en", None)]:
        ServiceRequest.objects.filter(pk=row.pk).update(language=code)
        facts = {fact.name: fact.value for fact in omar.get(desk_url(row)).context["panel"].facts}
        assert facts.get("Language") == name


def test_a_department_that_has_it_already_leaves_the_choice_open(omar):
    row = make.filed()
    seen = make.last_event_id(row)
    make.route(row)
    given = {"seen": seen, "department": row.department.slug, "words": "It is theirs."}
    page = post_action(omar, row, "routing", **given).text
    listed = page.split('id="route-to"')[1].split("</select>")[0]
    assert '<option value="">' in listed
    assert "selected" not in listed


def test_one_key_after_a_colleague_did_the_same_only_says_what_happened(omar):
    row = make.filed()
    seen = make.last_event_id(row)
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = post_action(omar, row, "routing", seen=seen, department="street-services")
    assert answer.status_code == 409
    assert "Olga sent it" in answer.text
    assert "still in the form" not in answer.text
    assert answer.context["panel"].forms == {}
    assert answer.context["panel"].orphaned_form is None


def test_a_question_that_can_still_be_asked_stays_in_its_form(omar):
    row = make.filed()
    seen = make.last_event_id(row)
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    answer = post_action(omar, row, "question", seen=seen, question="Which side?")
    assert answer.status_code == 409
    assert 'aria-describedby="question-hint" required>Which side?</textarea>' in source(answer)
    assert "still in the form" in answer.text


def test_a_comment_of_the_resident_makes_no_page_stale(omar):
    row = make.filed()
    seen = make.last_event_id(row)
    make.act(workflow.comment, row, make.ana(), words="It grows.")
    post_action(omar, row, "routing", seen=seen, department="street-services")
    assert refreshed(row).status == Status.ROUTED


def test_what_comes_too_late_is_a_409_and_its_words_are_not_lost(omar):
    row = make.service_request(Status.CLOSED)
    reason = make.reason(DeclineReason).code
    answer = post_action(omar, row, "declination", reason=reason, words="My long explanation.")
    assert answer.status_code == 409
    assert "pop-declination" not in answer.text
    assert "My long explanation." in answer.text
    answer = post_action(omar, row, "routing", department="street-services")
    assert answer.status_code == 409
    assert "has changed" in answer.text


def test_buttons_are_drawn_from_what_is_possible(omar):
    closed = omar.get(desk_url(make.service_request(Status.CLOSED))).text
    assert "pop-reopening" in closed
    assert "pop-declination" not in closed
    disputed = omar.get(desk_url(make.service_request(Status.DISPUTED))).text
    assert "pop-ruling" in disputed


def test_a_toast_is_for_ones_own_recent_act(omar):
    row = make.filed()
    make.act(workflow.comment, row, make.omar(), words="Thank you.", is_public=False)
    mine = omar.get(desk_url(row, did=make.last_event_id(row)))
    assert "your note was saved" in mine.text
    assert mine.context["toast"].seconds == 0
    make.act(workflow.route, row, make.user("olga", is_agent=True), to=make.streets())
    assert omar.get(desk_url(row, did=make.last_event_id(row))).context["toast"] is None
    with clock.freeze_time(clock.now() + timedelta(minutes=1)):
        assert omar.get(desk_url(row, did=row.events.all()[1].pk)).context["toast"] is None


def test_a_note_is_confirmed_as_a_note_and_leaves_the_undo_of_a_reply_that_is_not_public_yet(omar):
    row = make.service_request(Status.ROUTED)
    post_action(omar, row, "comments", words="We are looking into it.")
    reply = make.last_event_id(row)
    page = omar.get(post_action(omar, row, "notes", words="Ask Wes on Monday.").url)
    toast = page.context["toast"]
    assert "your note was saved" in toast.message
    assert "your comment was added" not in page.text
    assert "your reply becomes public in" in toast.message
    assert (toast.event.pk, toast.seconds > 0) == (reply, True)
    undone = post_action(omar, row, "undo", event=toast.event.pk)
    assert "undone" in omar.get(undone.url).context["toast"].message
    assert row.events.get(verb=Verb.UNDO).undoes_id == reply


def test_a_note_leaves_the_undo_of_a_routing_until_somebody_else_acts(omar):
    row = make.filed()
    post_action(omar, row, "routing", department="street-services")
    routing = make.last_event_id(row)
    noted = post_action(omar, row, "notes", words="By the school.").url
    assert omar.get(noted).context["toast"].event.pk == routing
    make.act(workflow.start, row, make.wes())
    toast = omar.get(noted).context["toast"]
    assert (toast.seconds, "your note was saved" in toast.message) == (0, True)


def test_a_question_taken_back_can_be_asked_again_within_half_a_minute(omar):
    row = make.service_request(Status.AWAITING_RESIDENT)
    answer = post_action(omar, row, "question-withdrawal")
    toast = omar.get(answer.url).context["toast"]
    assert ("the question was canceled" in toast.message, toast.seconds > 0) == (True, True)
    post_action(omar, row, "undo", event=make.last_event_id(row))
    assert refreshed(row).status == Status.AWAITING_RESIDENT


def test_what_was_typed_survives_a_session_that_ended(client):
    row = make.filed()
    answer = post_action(client, row, "comments", words="A long explanation.")
    assert answer.status_code == 403
    assert "A long explanation.</textarea>" in answer.text
    assert (
        post_action(client, row, "comments", HTMX, words="A long explanation.").status_code == 401
    )
    assert refreshed(row).events.count() == 1


def test_a_category_is_meant_by_everyday_words(omar):
    row = make.filed()
    many = post_action(omar, row, "category", q="street")
    assert many.status_code == 422
    assert "Choose one of these." in many.text
    assert len(many.context["panel"].similar_categories) > 1
    assert post_action(omar, row, "category", q="").status_code == 422
    none = post_action(omar, row, "category", q="xyzzy")
    assert ("No category matches" in none.text, 'value="xyzzy"' in none.text) == (True,) * 2
    assert post_action(omar, row, "category", q="leaf blower").status_code == 302
    assert refreshed(row).category.service_code == "leaf-blower"


def test_categories_are_offered_while_they_are_typed(omar):
    row = make.filed()
    same_group = omar.get(desk_url(row, "kinds")).context["kinds"]
    assert {kind.group for kind in same_group} == {row.category.group}
    assert row.category not in same_group
    found = omar.get(desk_url(row, "kinds", q="dark lamp")).text
    assert found.index("streetlight") < found.index("checked")
    assert "No category matches" in omar.get(desk_url(row, "kinds", q="xyzzy")).text
    for odd in ["%00", "9" * 3000, "%F0%9F"]:
        assert omar.get(desk_url(row, "kinds", q=odd)).status_code == 200


# Unnecessary actions, and actions that differ from what the agent expects


def test_a_location_that_stays_the_same_is_no_correction(omar):
    row = make.filed()
    given = {"latitude": row.latitude, "longitude": row.longitude, "location_text": "City Hall"}
    answer = post_action(omar, row, "place", **given)
    assert answer.status_code == 422
    assert "The location is the same. Nothing changed." in answer.text
    assert [event.verb for event in row.events.all()] == [Verb.FILE]
    assert (
        post_action(omar, row, "place", **given | {"location_text": "Main St"}).status_code == 302
    )
    assert refreshed(row).location_text == "Main St"


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CLOSED])
def test_a_duplicate_of_finished_work_is_marked_only_after_a_warning(omar, status):
    original = make.service_request(status, Outcome.DECLINED)
    row = make.filed()
    for field in ("original", "reference"):
        answer = post_action(omar, row, "original", **{field: original.reference})
        assert answer.status_code == 422
        assert f"{original.reference} is finished, so no one is working on it" in answer.text
        assert f'name="anyway" value="{original.reference} finished"' in answer.text
    assert refreshed(row).status == Status.FILED
    wrong = post_action(
        omar, row, "original", original=original.reference, anyway=original.reference
    )
    assert wrong.status_code == 422
    given = {"original": original.reference, "anyway": f"{original.reference} finished"}
    assert post_action(omar, row, "original", **given).status_code == 302
    assert refreshed(row).duplicate_of == original


FAR = (34.0395, -118.4912)  # about 1.9 miles north of City Hall


@pytest.mark.parametrize(
    ("of_another", "given", "words"),
    [
        (True, {}, "%s is something else: %s, 12 Main St."),
        (False, {"at": FAR}, "%s is 1.9 mi away: %s, 12 Main St."),
        (True, {"at": FAR}, "%s is something else, and 1.9 mi away: %s, 12 Main St."),
        (False, {"at": None}, "It isn&#x27;t known how far away %s is: %s, 12 Main St."),
    ],
)
def test_what_differs_is_marked_as_the_same_only_after_a_warning(omar, of_another, given, words):
    category = make.category(service_code="streetlight") if of_another else make.pothole()
    at = given.get("at", make.CITY_HALL)
    original = make.filed(make.bob(), category, at=at or FAR, location_text="12 Main St")
    if at is None:
        ServiceRequest.objects.filter(pk=original.pk).update(latitude=None, longitude=None)
    row = make.filed()
    typed = {"reference": original.reference.partition("-")[2].lower()}
    answer = post_action(omar, row, "original", **typed)
    assert answer.status_code == 422
    assert words % (original.reference, category.name) in answer.text
    assert "Mark it as a duplicate anyway" in answer.text
    anyway = f"{original.reference} different"
    assert f'name="anyway" value="{anyway}"' in answer.text
    compared = omar.get(f"/desk/{row.reference}/around/?original={typed['reference']}").text
    assert words % (original.reference, category.name) in compared
    assert f'name="anyway" value="{anyway}"' in compared
    address = f"/desk/{row.reference}/around/?original={typed['reference']}&anyway="
    look = HTMX | {"HX-Target": "div#original-look"}
    assert words % (original.reference, category.name) in omar.get(address, headers=look).text
    told_above = omar.get(address + anyway, headers=look).text
    assert original.reference in told_above
    assert words % (original.reference, category.name) not in told_above

    done = post_action(omar, row, "original", anyway=anyway, **typed)
    assert refreshed(row).duplicate_of == original
    said = omar.get(done.url).context["toast"].message
    named = f"{original.reference} ({category.name}, 12 Main St)"
    assert said == f"Pothole, City Hall: closed as a duplicate of {named}."


def test_the_warning_stands_beside_the_two_before_they_are_marked(omar):
    original = make.service_request(Status.COMPLETED)
    row = make.filed()
    address = f"/desk/{row.reference}/around/?original={original.reference}"
    for target in ("div#around-one", "div#original-look"):
        page = omar.get(address, headers=HTMX | {"HX-Target": target}).text
        assert "is finished, so no one is working on it" in page
    open_one = make.filed(by=make.bob())
    address = f"/desk/{row.reference}/around/?original={open_one.reference}"
    assert "is finished" not in omar.get(address).text


def test_where_no_department_is_suggested_the_next_step_is_offered(omar):
    Category.objects.update(department=None)
    RoutingRule.objects.all().delete()
    row = make.filed()
    page = omar.get(desk_url(row)).text
    assert f"/desk/{row.reference}/?pop=routing" in page
    assert "Press D to choose one." in page
    routed = make.service_request(Status.ROUTED)
    page = omar.get(desk_url(routed)).text
    assert "so Enter did nothing." in page
    assert "Press D to choose one." not in page
