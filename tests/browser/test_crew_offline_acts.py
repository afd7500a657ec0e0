"""Tests that a crew can start, hold, hand back and photograph jobs offline.

Each action is sent exactly once.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from city.models import HandBackReason, HoldReason
from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make
from tests.browser.test_crew_note import look, open_job, open_note, save
from tests.browser.test_crew_queue import ARE_KEPT, picture, send
from tests.browser.test_offline import KEPT, LAST_FILE_IS_KEPT
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SAFE = "Safe on this phone. It will send automatically."


@pytest.fixture
def routed():
    return make.service_request(Status.ROUTED)


def start(page):
    page.get_by_role("button", name="Start work").tap()


def open_panel(page, label):
    page.locator("#acts summary").filter(has_text=label).tap()


def fill_reason(page, panel, model, words):
    form = page.locator(f"#{panel} form")
    form.get_by_text(model.objects.active().first().name).first.tap()
    form.locator("textarea").fill(words)


def verbs_of(row):
    return list(row.events.exclude(verb=Verb.FILE).values_list("verb", flat=True))


def is_sent(page, words):
    expect(page.locator("[data-queue-sent]")).to_contain_text(words)
    expect(page.locator("[data-queue]")).to_be_hidden()


def test_a_job_is_started_and_finished_without_a_signal_and_both_are_sent_once(wes, routed):
    page = wes
    open_job(page, routed)
    page.context.set_offline(True)
    start(page)
    expect(page.locator("[data-kept-later=work]")).to_contain_text(SAFE)
    expect(page.get_by_role("button", name="Start work")).to_be_hidden()
    look(page)
    page.locator(".dock").get_by_role("link", name="Finish").evaluate("(link) => link.focus()")
    with page.expect_file_chooser() as camera:
        page.locator(".dock").get_by_role("link", name="Finish").tap()
    camera.value.set_files(picture())
    expect(page.locator("[data-photos] img[src^=blob]")).to_have_count(1)
    page.locator(".usual label.usa-radio__label").first.tap()
    page.get_by_label("Tell the resident").fill("Filled and rolled.")
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    expect(page.locator("[data-queue]")).to_contain_text("2 waiting to send")
    assert verbs_of(routed) == [Verb.ROUTE]
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sent.")).to_be_visible()
    assert verbs_of(routed) == [Verb.ROUTE, Verb.START, Verb.COMPLETE]


def test_a_start_that_waits_is_still_shown_after_a_reload_and_can_be_discarded(wes, routed):
    page = wes
    open_job(page, routed)
    page.route("**/work/", lambda route: route.abort())
    start(page)
    expect(page.locator("[data-kept-later=work]")).to_contain_text(SAFE)
    page.reload(wait_until="networkidle")
    expect(page.locator("[data-kept-later=work]")).to_contain_text(SAFE)
    page.locator("[data-queue]").tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Start of “Pothole”")
    look(page)
    sheet.get_by_role("button", name="Discard").tap()
    sheet.get_by_role("button", name="Discard").tap()
    sheet.get_by_role("button", name="Close").tap()
    expect(page.get_by_role("button", name="Start work")).to_be_visible()
    expect(page.locator("[data-kept-later=work]")).to_be_hidden()
    assert verbs_of(routed) == [Verb.ROUTE]


def test_a_start_whose_answer_is_lost_is_done_once(wes, routed):
    page = wes

    def lose(route):
        route.fetch()
        route.abort()

    open_job(page, routed)
    page.route("**/work/", lose)
    start(page)
    expect(page.locator("[data-kept-later=work]")).to_contain_text(SAFE)
    page.unroute("**/work/")
    page.locator("[data-queue]").tap()
    page.get_by_role("dialog").get_by_role("button", name="Send now").tap()
    expect(page.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").tap()
    expect(page.locator("[data-kept-later=work]")).to_contain_text("Sent.")
    page.locator("[data-kept-later=work]").get_by_role("link", name="Show it").tap()
    expect(page.locator(".dock").get_by_role("link", name="Finish")).to_be_visible()
    assert verbs_of(routed) == [Verb.ROUTE, Verb.START]


@pytest.mark.parametrize(
    ("label", "panel", "button", "model", "verb"),
    [
        ("Hold", "pause", "Put on hold", HoldReason, Verb.HOLD),
        ("Not ours", "return", "Hand back to 311", HandBackReason, Verb.HAND_BACK),
    ],
)
def test_hold_and_hand_back_wait_without_a_signal(wes, routed, label, panel, button, model, verb):
    page = wes
    open_job(page, routed)
    page.context.set_offline(True)
    open_panel(page, label)
    page.get_by_role("button", name=button).tap()
    expect(page.locator(".error-summary li")).to_have_text(["Choose a reason."])
    look(page)
    fill_reason(page, panel, model, "Ask the water people.")
    page.evaluate(ARE_KEPT, "Ask the water people.")
    page.get_by_role("button", name=button).tap()
    expect(page.locator(f"[data-kept-later={panel}]")).to_contain_text(SAFE)
    expect(page.locator(f"#{panel} [data-waiting-mark]")).to_be_visible()
    expect(page.get_by_role("button", name=button)).to_be_hidden()
    look(page)
    page.context.set_offline(False)
    is_sent(page, "of “Pothole”, City Hall.")
    expect(page.locator(f"[data-kept-later={panel}]")).to_contain_text("Sent.")
    assert verbs_of(routed) == [Verb.ROUTE, verb]
    assert routed.events.last().words.body == "Ask the water people."


def test_a_hold_on_a_job_that_changed_meanwhile_is_read_before_it_is_sent(wes, routed):
    page = wes
    open_job(page, routed)
    page.context.set_offline(True)
    open_panel(page, "Hold")
    fill_reason(page, "pause", HoldReason, "Until Friday.")
    page.get_by_role("button", name="Put on hold").tap()
    expect(page.locator("[data-kept-later=pause]")).to_contain_text(SAFE)
    make.act(workflow.assign, routed, make.sue(), to=make.sue())
    page.context.set_offline(False)
    bar = page.locator("[data-queue]")
    expect(bar).to_contain_text("Tap to see what needs you.")
    bar.tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("The job changed in the meantime:")
    expect(sheet).to_contain_text("The job is assigned to Sue.")
    expect(sheet).to_contain_text("Until Friday.")
    look(page)
    sheet.get_by_role("button", name="Send it anyway").tap()
    expect(sheet.get_by_text("Nothing is waiting on this phone.")).to_be_visible()
    assert verbs_of(routed) == [Verb.ROUTE, Verb.ASSIGN, Verb.HOLD]


def test_a_start_that_a_colleague_made_first_says_so_on_the_page_and_keeps_nothing(wes, routed):
    page = wes
    open_job(page, routed)
    make.act(workflow.start, routed, make.sue())
    start(page)
    expect(page.locator(".error-summary")).to_contain_text("Sue started work.")
    look(page)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-queue]")).to_be_hidden()


def test_a_note_takes_photos_without_a_signal(wes, job):
    page = wes
    open_job(page, job)
    page.context.set_offline(True)
    open_note(page)
    page.get_by_label("Your note").fill("The gate is broken.")
    page.set_input_files("#comments-camera", picture())
    expect(page.locator("#comments [data-photos] img[src^=blob]")).to_have_count(1)
    page.set_input_files("#comments-gallery", picture("navy"))
    expect(page.locator("#comments [data-photos] img[src^=blob]")).to_have_count(2)
    look(page)
    page.locator("#comments [data-photos] .drop").first.tap()
    expect(page.locator("#comments [data-photos] img[src^=blob]")).to_have_count(1)
    page.context.set_offline(False)
    page.reload(wait_until="networkidle")
    page.context.set_offline(True)
    open_note(page)
    expect(page.get_by_label("Your note")).to_have_value("The gate is broken.")
    expect(page.locator("#comments [data-photos] img[src^=blob]")).to_have_count(1)
    page.get_by_text("Only staff", exact=True).first.tap()
    save(page)
    expect(page.locator("[data-kept-later=comments]")).to_contain_text(SAFE)
    expect(page.locator("#comments [data-photos] img")).to_have_count(0)
    page.context.set_offline(False)
    is_sent(page, "Note on “Pothole”, City Hall.")
    [photo] = job.photos.filter(kind=Photo.Kind.NOTE)
    assert photo.is_hidden
    assert Photo.objects.unattached().count() == 0


def test_a_before_photo_is_asked_for_taken_and_shown(wes, routed):
    page = wes
    open_job(page, routed)
    open_panel(page, "Before photo")
    page.get_by_role("button", name="Add the photo").tap()
    expect(page.locator(".error-summary li")).to_have_text(["Add a photo first."])
    page.set_input_files("#before-photos-camera", picture())
    expect(page.locator("#before-photos [data-uploaded]")).to_have_count(1)
    look(page)
    page.get_by_role("button", name="Add the photo").tap()
    expect(page.get_by_text("Photo added. The resident can see it.")).to_be_visible()
    [photo] = routed.photos.all()
    assert (photo.kind, photo.is_hidden) == (Photo.Kind.BEFORE, False)


def test_a_note_with_a_file_that_is_no_photo_says_so_and_stays(wes, job):
    page = wes
    open_job(page, job)
    open_note(page)
    page.get_by_label("Your note").fill("See the plan.")
    broken = {"name": "plan.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.set_input_files("#comments-gallery", broken)
    expect(page.locator("#comments [data-problem]")).to_contain_text("plan.jpg")
    expect(page.locator("#comments [data-photos] img")).to_have_count(0)
    expect(page.get_by_label("Your note")).to_have_value("See the plan.")
    look(page)


def test_the_photos_of_an_unsent_note_go_along_when_the_job_moved(wes, job):
    page = wes
    open_job(page, job)
    open_note(page)
    page.get_by_label("Your note").fill("The gate is broken.")
    page.set_input_files("#comments-camera", picture())
    expect(page.locator("#comments [data-uploaded]")).to_have_count(1)
    make.route(job, make.water())
    page.goto(reverse("job", args=[job.reference]))
    expect(page.get_by_label("What did you do?")).to_have_value("The gate is broken.")
    expect(page.locator("[data-photos] img[src^=blob]")).to_have_count(1)
    page.get_by_role("button", name="Send to Water Resources").tap()
    expect(page.get_by_text("Your photos and note were sent to Water Resources.")).to_be_visible()
    [event] = job.events.filter(verb=Verb.HAND_OVER)
    assert event.photos.count() == 1


def test_a_job_is_searched_and_opened(wes, routed):
    page = wes
    page.goto(reverse("inbox"), wait_until="networkidle")
    page.locator("summary").filter(has_text="Search").tap()
    expect(page.get_by_label("Search all jobs")).to_be_focused()
    page.keyboard.type(routed.reference[-6:])
    look(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"1 job for “{routed.reference[-6:]}”")).to_be_visible()
    look(page)
    page.locator("a.job").tap()
    page.wait_for_url(f"**{reverse('job', args=[routed.reference])}")


def test_pages_kept_on_the_phone_start_and_finish_a_job_without_a_signal(
    page_at, live_server, routed
):
    page = page_at(390, 844, has_touch=True, is_mobile=True, service_workers="allow")
    sign_in(page, live_server, make.wes())
    page.goto(reverse("inbox"))
    page.evaluate(KEPT)
    open_job(page, routed)
    page.evaluate(LAST_FILE_IS_KEPT)
    page.goto(reverse("completion", args=[routed.reference]), wait_until="networkidle")
    page.context.set_offline(True)
    page.goto(reverse("job", args=[routed.reference]))
    expect(page.locator("[data-lost]")).to_contain_text("No signal. This page is as of")
    start(page)
    expect(page.locator("[data-kept-later=work]")).to_contain_text(SAFE)
    page.goto(reverse("completion", args=[routed.reference]))
    page.set_input_files("#camera", picture())
    expect(page.locator("[data-photos] img[src^=blob]")).to_have_count(1)
    page.locator(".usual label.usa-radio__label").first.tap()
    page.get_by_label("Tell the resident").fill("Filled and rolled.")
    page.evaluate(ARE_KEPT, "Filled and rolled.")
    send(page)
    expect(page.get_by_role("heading", name="Safe on this phone")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Sent.")).to_be_visible()
    assert verbs_of(routed) == [Verb.ROUTE, Verb.START, Verb.COMPLETE]
    page.goto(reverse("inbox"))
    expect(page.get_by_text("Work started.")).to_have_count(0)
