from datetime import timedelta
from decimal import Decimal

import pytest

from city.models import DeclineReason, RouteReason
from lib import clock
from requests_app import workflow
from requests_app.errors import IllegalTransition, InvalidInput, NotAllowed, OutsideServiceArea
from requests_app.models import Photo, Priority, ReporterSession
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow.change import COLUMNS_RESTORED_BY_UNDO
from tests import make

pytestmark = pytest.mark.django_db

PIER = (Decimal("34.008300"), Decimal("-118.498700"))
OCEAN = (Decimal("34.000000"), Decimal("-118.510000"))


def test_the_first_route_needs_no_reason_and_any_later_one_says_why():
    service_request = make.filed()
    make.act(workflow.route, service_request, make.omar(), to=make.streets())
    assert (service_request.status, service_request.times_routed) == (Status.ROUTED, 1)
    with pytest.raises(InvalidInput):
        make.act(workflow.route, service_request, make.omar(), to=make.water())
    make.moved_on(service_request, make.water())
    assert service_request.department == make.water()
    assert service_request.events.last().code == make.reason(RouteReason).code


def test_a_route_after_a_hand_back_says_why_too():
    service_request = make.service_request(Status.ROUTED)
    make.handed_back(service_request)
    with pytest.raises(InvalidInput):
        make.act(workflow.route, service_request, make.omar(), to=make.water())


def test_routing_takes_the_question_and_the_plan_along():
    service_request = make.service_request(Status.SCHEDULED)
    make.act(workflow.ask, service_request, make.wes(), question="Which side?")
    make.moved_on(service_request, make.water())
    assert service_request.status == Status.ROUTED
    assert service_request.scheduled_for is None


def test_a_request_is_not_routed_to_who_has_it_nor_to_who_is_gone():
    service_request = make.service_request(Status.ROUTED)
    with pytest.raises(InvalidInput):
        make.moved_on(service_request, make.streets())
    gone = make.water()
    gone.is_active = False
    with pytest.raises(InvalidInput):
        make.moved_on(service_request, gone)


def test_a_rule_that_names_the_holder_does_nothing():
    service_request = make.service_request(Status.ROUTED)
    assert workflow.route(service_request, to=make.streets(), by=SYSTEM, rule="Holes") is None
    event = workflow.route(service_request, to=make.water(), by=SYSTEM, rule="Water")
    assert (event.actor, event.rule) == (None, "Water")


def test_a_disputed_request_can_be_sent_to_the_same_department_again():
    service_request = make.service_request(Status.DISPUTED)
    make.moved_on(service_request, make.streets())
    assert service_request.status == Status.ROUTED


def test_declining_tells_the_resident_why():
    service_request = make.filed()
    listed = make.reason(DeclineReason)
    with pytest.raises(InvalidInput):
        make.act(workflow.decline, service_request, make.omar(), reason=listed, words="")
    make.act(workflow.decline, service_request, make.omar(), reason=listed, words=listed.words)
    assert (service_request.outcome, service_request.decline_reason) == (Outcome.DECLINED, listed)


def test_transferring_names_the_agency():
    service_request = make.service_request(Status.CLOSED, Outcome.TRANSFERRED)
    assert service_request.agency == make.agency()


def test_a_duplicate_takes_its_own_duplicates_along():
    original, middle, last = make.filed(), make.filed(by=make.bob()), make.filed(by=make.bob())
    make.act(workflow.mark_duplicate, last, make.omar(), original=middle)
    make.act(workflow.mark_duplicate, middle, make.omar(), original=original)
    last.refresh_from_db()
    assert last.duplicate_of == middle.duplicate_of == original
    assert make.bob().follows(original)


def test_what_cannot_be_an_original():
    service_request = make.filed()
    duplicate = make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    hidden = make.filed()
    make.act(workflow.hide, hidden, make.omar(), words="A name.")
    private = make.filed(category=make.category(is_private=True), by=make.bob())
    for original in (service_request, duplicate, hidden, private):
        with pytest.raises(InvalidInput):
            make.act(workflow.mark_duplicate, service_request, make.omar(), original=original)


def test_a_private_original_must_be_visible_to_all_who_follow():
    private = make.category(is_private=True)
    original, followed, own = (make.filed(category=private) for __ in range(3))
    make.act(workflow.mark_duplicate, own, make.omar(), original=original)
    workflow.follow(followed, by=make.bob())
    with pytest.raises(InvalidInput):
        make.act(workflow.mark_duplicate, followed, make.omar(), original=original)


def test_a_public_request_never_ends_in_a_private_one():
    private = make.filed(category=make.category(is_private=True))
    for by in (
        make.ana(),
        make.front_end(),
    ):  # the second has no followers, but its page would redirect to the private one
        with pytest.raises(InvalidInput):
            make.act(workflow.mark_duplicate, make.filed(by=by), make.omar(), original=private)


def test_upholding_answers_the_resident():
    service_request = make.service_request(Status.DISPUTED)
    with pytest.raises(InvalidInput):
        make.act(workflow.uphold, service_request, make.sue(), words="")
    with pytest.raises(NotAllowed):
        make.act(workflow.uphold, service_request, make.wes(), words="It is level.")
    make.act(workflow.uphold, service_request, make.sue(), words="It is level.")
    assert service_request.outcome == Outcome.UPHELD


def test_reopening_goes_back_to_the_department_or_to_the_desk():
    at_department = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    with pytest.raises(InvalidInput):
        make.act(workflow.reopen, at_department, make.omar(), words="")
    make.act(workflow.reopen, at_department, make.sue(), words="It sank again.")
    assert (at_department.status, at_department.department) == (Status.ROUTED, make.streets())
    assert (at_department.outcome, at_department.closed_at) == ("", None)
    at_desk = make.service_request(Status.CLOSED, Outcome.DECLINED)
    make.act(workflow.reopen, at_desk, make.omar(), words="It is ours after all.")
    assert at_desk.status == Status.FILED


def test_reopening_where_the_department_is_gone_is_the_desks():
    service_request = make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.Department.objects.filter(slug="street-services").update(is_active=False)
    make.act(workflow.reopen, service_request, make.omar(), words="It sank again.")
    assert (service_request.status, service_request.department) == (Status.FILED, None)


def test_a_reopened_duplicate_leaves_its_original():
    service_request = make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    make.act(workflow.reopen, service_request, make.omar(), words="Two holes.")
    assert service_request.duplicate_of is None


def test_what_was_reported_in_private_stays_private_whatever_kind_it_really_is():
    service_request = make.filed(category=make.category(is_private=True))
    make.act(workflow.recategorise, service_request, make.omar(), category=make.pothole())
    assert service_request.is_private


def test_another_category_has_another_target_and_may_be_private():
    service_request = make.filed()
    due = service_request.due_at
    slower = (
        make.Category.objects.active()
        .filter(is_private=True)
        .exclude(target_days=service_request.category.target_days)
        .first()
    )
    make.act(workflow.recategorise, service_request, make.omar(), category=slower)
    assert service_request.is_private
    assert service_request.due_at != due
    with pytest.raises(InvalidInput):
        make.act(workflow.recategorise, service_request, make.omar(), category=slower)
    slower.is_active = False
    with pytest.raises(InvalidInput):
        make.act(workflow.recategorise, service_request, make.omar(), category=slower)


def test_the_pin_moves_within_the_city():
    service_request = make.filed()
    zone = service_request.zone
    place = {"latitude": PIER[0], "longitude": PIER[1], "location_text": "The pier"}
    make.act(workflow.move_pin, service_request, make.omar(), **place)
    assert service_request.zone != zone
    assert service_request.location_text == "The pier"
    away = {"latitude": OCEAN[0], "longitude": OCEAN[1], "location_text": "At sea"}
    with pytest.raises(OutsideServiceArea):
        make.act(workflow.move_pin, service_request, make.omar(), **away)
    with pytest.raises(InvalidInput, match="The location is the same"):
        make.act(workflow.move_pin, service_request, make.omar(), **place)


def test_an_urgent_request_is_due_sooner():
    category = make.category(urgent_target_days__isnull=False)
    service_request = make.filed(category=category)
    due = service_request.due_at
    make.act(workflow.prioritise, service_request, make.omar(), priority=Priority.URGENT)
    assert service_request.due_at < due
    with pytest.raises(InvalidInput):
        make.act(workflow.prioritise, service_request, make.omar(), priority=Priority.URGENT)


def test_urgent_without_a_target_of_its_own_keeps_the_categorys():
    category = make.pothole()
    category.urgent_target_days = None
    category.save()
    service_request = make.filed(category=category)
    due = service_request.due_at
    make.act(workflow.prioritise, service_request, make.omar(), priority=Priority.URGENT)
    assert service_request.due_at == due


def test_hiding_has_a_reason_and_can_be_taken_back():
    service_request = make.filed()
    with pytest.raises(InvalidInput):
        make.act(workflow.hide, service_request, make.omar(), words="")
    make.act(workflow.hide, service_request, make.omar(), words="It names a neighbour.")
    assert service_request.is_hidden
    make.act(workflow.unhide, service_request, make.omar())
    assert not service_request.is_hidden


def test_one_photo_or_comment_is_hidden_for_itself():
    service_request = make.filed(photos=[make.photo(device=make.ana())])
    photo = service_request.photos.get()
    make.act(workflow.hide, service_request, make.omar(), words="A plate.", photo=photo)
    make.act(workflow.comment, service_request, make.ana(), words="Call Bob.")
    comment = service_request.comments.last()
    make.act(workflow.hide, service_request, make.omar(), words="A name.", comment=comment)
    photo.refresh_from_db(), comment.refresh_from_db()
    assert (service_request.is_hidden, photo.is_hidden, comment.is_hidden) == (False, True, True)


def test_what_belongs_to_another_request_cannot_be_hidden_or_redacted():
    other = make.filed(photos=[make.photo(device=make.ana())])
    make.act(workflow.comment, other, make.ana(), words="Call Bob.")
    service_request = make.filed()
    photo, comment = other.photos.get(), other.comments.get()
    for verb, given in [
        (workflow.hide, {"photo": photo}),
        (workflow.redact, {"photo": photo, "boxes": [(0, 0, 1, 1)]}),
        (workflow.redact, {"comment": comment, "body": ""}),
    ]:
        with pytest.raises(InvalidInput):
            make.act(verb, service_request, make.omar(), words="No.", **given)


def test_redacting_replaces_words_and_blackens_boxes():
    service_request = make.filed(photos=[make.photo(device=make.ana())])
    photo = service_request.photos.get()
    act = make.act
    with pytest.raises(InvalidInput):
        act(workflow.redact, service_request, make.omar(), words="", body="A hole.")
    act(workflow.redact, service_request, make.omar(), words="A name.", body="A hole.")
    assert service_request.description == "A hole."
    act(workflow.comment, service_request, make.ana(), words="Call Bob.")
    comment = service_request.comments.last()
    act(workflow.redact, service_request, make.omar(), words="A name.", comment=comment, body="…")
    comment.refresh_from_db()
    assert (comment.body, comment.is_redacted) == ("…", True)
    box = (0.1, 0.1, 0.5, 0.2)
    act(workflow.redact, service_request, make.omar(), words="A face.", photo=photo, boxes=[box])
    photo.refresh_from_db()
    assert (photo.redactions, photo.state) == ([list(box)], Photo.State.WAITING)
    for boxes in ([(0.9, 0.9, 0.5, 0.5)], [(-0.1, 0, 0.5, 0.5)], [(0, 0, 0, 0)]):
        with pytest.raises(InvalidInput):
            act(workflow.redact, service_request, make.omar(), words="x", photo=photo, boxes=boxes)
    act(workflow.redact, service_request, make.omar(), words="Too much.", photo=photo, boxes=[])
    photo.refresh_from_db()
    assert photo.redactions == []
    with pytest.raises(InvalidInput):
        act(workflow.redact, service_request, make.omar(), words="x", photo=photo, boxes=[])


@pytest.mark.parametrize(
    "do",
    [
        lambda row: make.act(workflow.route, row, make.omar(), to=make.streets()),
        lambda row: make.act(workflow.ask, row, make.omar(), question="Which side?"),
        make._decline,
        make._transfer,
        make._mark_duplicate,
        lambda row: make.act(workflow.prioritise, row, make.omar(), priority=Priority.URGENT),
        lambda row: make.act(
            workflow.recategorise, row, make.omar(), category=make.category(is_private=True)
        ),
        lambda row: make.act(workflow.hide, row, make.omar(), words="A name."),
    ],
)
def test_an_agents_verb_can_be_taken_back_whole(do):
    service_request = make.filed()
    before = {column: getattr(service_request, column) for column in COLUMNS_RESTORED_BY_UNDO}
    do(service_request)
    workflow.undo(service_request, event=service_request.events.last(), by=make.omar())
    service_request.refresh_from_db()
    assert {
        column: getattr(service_request, column) for column in COLUMNS_RESTORED_BY_UNDO
    } == before
    assert service_request.events.last().verb == Verb.UNDO


def test_what_is_hidden_is_not_hidden_again_so_that_no_undo_shows_it():
    photo = make.photo(device=make.ana())
    service_request = make.filed(photos=[photo])
    for subject in ({}, {"photo": photo}):
        with pytest.raises(InvalidInput, match="already see it"):
            make.act(workflow.unhide, service_request, make.omar(), **subject)
        make.act(workflow.hide, service_request, make.omar(), words="A plate.", **subject)
        with pytest.raises(InvalidInput, match="hidden already"):
            make.act(workflow.hide, service_request, make.omar(), words="Again.", **subject)


def test_undoing_a_hidden_photo_shows_it_again():
    service_request = make.filed(photos=[make.photo(device=make.ana())])
    photo = service_request.photos.get()
    make.act(workflow.hide, service_request, make.omar(), words="A plate.", photo=photo)
    workflow.undo(service_request, event=service_request.events.last(), by=make.omar())
    photo.refresh_from_db()
    assert not photo.is_hidden


def test_undoing_a_duplicate_gives_both_sides_their_followers_back():
    original, middle, last = make.filed(), make.filed(), make.filed(by=make.bob())
    make.act(workflow.mark_duplicate, last, make.omar(), original=middle)
    make.act(workflow.mark_duplicate, middle, make.omar(), original=original)
    workflow.undo(middle, event=middle.events.last(), by=make.omar())
    last.refresh_from_db()
    assert (middle.status, last.duplicate_of) == (Status.FILED, middle)
    assert not make.bob().follows(original)
    assert make.bob().follows(middle)


def test_undo_takes_along_what_a_rule_did_because_of_it():
    service_request = make.service_request(Status.ROUTED)
    make.act(
        workflow.recategorise, service_request, make.omar(), category=make.category(is_private=True)
    )
    event = service_request.events.last()
    workflow.route(service_request, to=make.water(), by=SYSTEM, rule="Water", caused_by=event)
    workflow.undo(service_request, event=event, by=make.omar())
    assert service_request.department == make.streets()
    assert service_request.category == make.pothole()


def test_undo_is_for_ones_own_last_verb_and_for_half_a_minute():
    service_request = make.service_request(Status.ROUTED)
    event = service_request.events.last()
    with pytest.raises(NotAllowed):
        workflow.undo(service_request, event=event, by=make.user("olga", is_agent=True))
    with pytest.raises(NotAllowed):
        workflow.undo(make.filed(), event=event, by=make.omar())
    with pytest.raises(NotAllowed):
        workflow.undo(service_request, event=event, by=make.wes())
    with clock.freeze_time(event.at + timedelta(seconds=31)), pytest.raises(IllegalTransition):
        workflow.undo(service_request, event=event, by=make.omar())
    make.act(workflow.start, service_request, make.wes())
    with pytest.raises(IllegalTransition):
        workflow.undo(service_request, event=event, by=make.omar())


def test_an_internal_note_cannot_be_undone():
    service_request = make.filed()
    given = {"words": "Noted.", "is_public": False}
    make.act(workflow.comment, service_request, make.omar(), **given)
    with pytest.raises(IllegalTransition):
        workflow.undo(service_request, event=service_request.events.last(), by=make.omar())


ANA = {"name": "", "email": "ana@example.org", "phone": ""}


def private(**given):
    return make.filed(category=make.category(is_private=True), **given)


def test_a_private_original_is_for_those_who_may_see_it_on_a_device_or_by_mail():
    original = private(contact=ANA)
    for stranger in (
        make.filed(),
        private(by=make.bob()),
        private(by=make.omar(), contact=ANA | {"email": "bob@example.org"}),
    ):
        with pytest.raises(InvalidInput):
            make.act(workflow.mark_duplicate, stranger, make.omar(), original=original)
    own = private(contact=ANA | {"email": "Ana@example.org"})
    make.act(workflow.mark_duplicate, own, make.omar(), original=original)
    assert own.duplicate_of == original


def test_who_reported_a_duplicate_of_it_must_be_able_to_see_the_private_original_too():
    original, middle = private(), private()
    ReporterSession.objects.create(device=make.bob(), service_request=middle)
    last = private(by=make.bob())
    make.act(workflow.mark_duplicate, last, make.omar(), original=middle)
    ReporterSession.objects.filter(device=make.bob(), service_request=middle).delete()
    with pytest.raises(InvalidInput):
        make.act(workflow.mark_duplicate, middle, make.omar(), original=original)


def test_a_duplicate_is_not_undone_once_something_happened_to_what_it_touched():
    original, middle, last = make.filed(), make.filed(), make.filed(by=make.bob())
    make.act(workflow.mark_duplicate, last, make.omar(), original=middle)
    make.act(workflow.mark_duplicate, middle, make.omar(), original=original)
    event = middle.events.last()
    make.act(workflow.reopen, last, make.omar(), words="It is another one.")
    with pytest.raises(IllegalTransition):
        workflow.undo(middle, event=event, by=make.omar())
    assert last.duplicate_of is None


def test_a_photo_that_is_redacted_often_is_still_made_each_time():
    service_request = make.filed(photos=[make.photo(device=make.ana())])
    photo = service_request.photos.get()
    photo.attempts = 5
    photo.save()
    make.act(
        workflow.redact,
        service_request,
        make.omar(),
        words="A face.",
        photo=photo,
        boxes=[(0.1, 0.1, 0.2, 0.2)],
    )
    photo.refresh_from_db()
    assert photo.attempts == 0


def test_a_reopened_request_waits_for_nothing():
    service_request = make.service_request(Status.ON_HOLD)
    make._decline(service_request)
    make.act(workflow.reopen, service_request, make.omar(), words="It is ours after all.")
    assert service_request.hold_reason is None


def test_a_crew_cannot_undo_what_only_an_agent_can():
    service_request = make.service_request(Status.AWAITING_RESIDENT)
    event = service_request.events.last()
    assert not hasattr(event, "undo_point")
    assert workflow.seconds_to_undo(event) == 0
    with pytest.raises(IllegalTransition):
        workflow.undo(service_request, event=event, by=event.actor)


def test_an_act_from_before_a_column_was_added_can_be_taken_back():
    service_request = make.filed()
    event = make.act(workflow.hide, service_request, make.omar(), words="A joke.")
    point = event.undo_point
    del point.columns["held_for"]
    point.save()
    workflow.undo(service_request, event=event, by=make.omar())
    assert service_request.is_public
