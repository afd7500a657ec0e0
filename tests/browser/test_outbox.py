"""Tests for edge cases of the outbox on a phone.

The cases include rows of earlier versions, missing storage, a full disk and refused photos.
"""

import base64
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status, Verb
from tests import make
from tests.browser.test_crew_queue import DONE, fill, is_done_once, open_form, picture, send
from tests.browser.test_offline import PATIENCE, answer_no, keeper  # noqa: F401
from tests.requests_app.filing.report import HERE

pytestmark = pytest.mark.django_db(transaction=True)
PUT = """([name, version, store, stores, row]) => new Promise((go, refuse) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => {
        for (const [each, options] of Object.entries(stores))
            opening.result.createObjectStore(each, options);
    };
    opening.onerror = refuse;
    opening.onsuccess = () => {
        const transaction = opening.result.transaction(store, "readwrite");
        transaction.objectStore(store).put(row);
        transaction.oncomplete = () => { opening.result.close(); go(); };
        transaction.onabort = refuse;
    };
})"""
NO_STORE = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })"
NO_ROOM = """
for (const act of ["add", "put"])
    IDBObjectStore.prototype[act] = function () {
        this.transaction.abort();
        return { result: undefined };
    };
"""
PHOTO = """(content) => new Blob(
    [Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], { type: "image/jpeg" })"""


@pytest.fixture
def elsewhere(phone, live_server):
    """Return a page of this site that does not send the outbox."""
    phone.goto(f"{live_server.url}/robots.txt")
    return phone


def test_a_report_that_an_earlier_version_of_the_site_kept_is_sent(elsewhere):
    page, key = elsewhere, str(uuid4())
    values = {"category": "graffiti-public", "answer-hate": "no", "description": "By the door"}
    row = {
        "id": key,
        "path": f"/report/{key}/delivery/",
        "photosAt": f"/report/{key}/photos/",
        "values": [list(pair) for pair in (values | HERE).items()],
        "title": "Graffiti",
        "place": "City Hall",
        "state": "waiting",
        "says": [],
        "at": page.evaluate("Date.now()"),
    }
    stores = {"photos": {"autoIncrement": True}, "reports": {"keyPath": "id"}}
    page.evaluate(PUT, ["report", 2, "reports", stores, row])
    page.goto("/")
    with page.expect_response("**/delivery/") as answer:
        pass
    assert answer.value.status == 201
    assert ServiceRequest.objects.get().description == "By the door"
    page.goto("/report/waiting/")
    expect(page.locator("[data-reference]")).to_have_text(ServiceRequest.objects.get().reference)


def test_a_completion_that_an_earlier_version_of_the_site_kept_is_sent_with_its_photo(wes, job):
    page = wes
    content = base64.b64encode(make.picture("olive").read()).decode()
    open_form(page, job)
    resolution = page.locator("[name=resolution]").first.get_attribute("value")
    row = {
        "key": str(uuid4()),
        "user": str(make.wes().pk),
        "reference": job.reference,
        "path": reverse("completion", args=[job.reference]),
        "upload": reverse("completion_photos", args=[job.reference]),
        "name": "Pothole",
        "place": "City Hall",
        "seen": str(job.events.last().pk),
        "fields": [["resolution", resolution], ["note", "Filled and rolled."]],
        "photos": [],
        "state": "waiting",
        "says": [],
        "at": page.evaluate("Date.now()"),
    }
    kept = f"""async (row) => {{
        const blob = ({PHOTO})("{content}");
        row.photos = [{{ n: 1, name: "IMG_1.jpg", blob, taken: 0, id: null }}];
        await ({PUT})(["crew", 1, "completions", {{ completions: {{ keyPath: "key" }} }}, row]);
    }}"""
    page.evaluate(kept, row)
    page.goto(reverse("inbox"))
    expect(page.locator("[data-queue-sent]")).to_be_visible()
    is_done_once(job)
    assert job.events.get(verb=Verb.COMPLETE).words.body == "Filled and rolled."


@pytest.mark.parametrize("phone_has", [NO_STORE, NO_ROOM], ids=["no store", "no room"])
def test_a_completion_that_the_phone_cannot_keep_is_sent_by_the_page_that_has_it(
    wes, job, phone_has
):
    page = wes
    page.add_init_script(phone_has)
    open_form(page, job)
    fill(page)
    page.context.set_offline(True)
    send(page)
    fragile = "Keep this page open: this phone has no room to keep it"
    expect(page.get_by_role("heading", name=fragile)).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name=DONE)).to_be_visible(timeout=PATIENCE)
    is_done_once(job)


@pytest.mark.parametrize("phone_has", [NO_STORE, NO_ROOM], ids=["no store", "no room"])
def test_a_report_that_the_phone_cannot_keep_says_so_and_stays_on_its_page(
    keeper,  # noqa: F811
    phone_has,
):
    page = keeper
    page.add_init_script(phone_has)
    page.context.set_offline(True)
    page.goto("/report/?category=graffiti-public")
    expect(page.locator("form[data-ready]")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("Address, corner").fill("City Hall")
    page.get_by_label("Anything the crew should know?").fill("By the door")
    send_it, problems = (
        page.get_by_role("button", name="Send to the city"),
        page.locator(".error-summary"),
    )
    send_it.click()
    expect(problems.get_by_role("link")).to_have_count(1)
    answer_no(page)
    expect(problems).to_have_count(0)
    send_it.click()
    expect(problems).to_contain_text("This browser can't keep a report.")
    expect(page.get_by_label("Anything the crew")).to_have_value("By the door")
    page.context.set_offline(False)
    page.evaluate("navigator.locks.request('reports', () => {})")
    assert not ServiceRequest.objects.exists()


def test_each_photo_that_is_refused_is_named_and_the_others_go_on(wes, job):
    page = wes
    open_form(page, job)
    nasty = {"mimeType": "image/jpeg", "buffer": b"no picture"}
    page.set_input_files(
        "#camera", [{"name": "a.jpg", **nasty}, picture(), {"name": "b.jpg", **nasty}]
    )
    expect(page.locator("[data-photos] [data-uploaded]")).to_have_count(1)
    expect(page.locator("[data-problem]")).to_contain_text("a.jpg")
    expect(page.locator("[data-problem]")).to_contain_text("b.jpg")
    expect(page.locator("[data-photos] figure")).to_have_count(1)
    assert Photo.objects.unattached().count() == 1


def test_a_refusal_is_told_although_the_network_goes_before_the_next_photo(wes, job, page_problems):
    page, sent = wes, []

    def cut_the_second(route):
        sent.append(route)
        if len(sent) == 1:
            route.continue_()
        else:
            route.abort("connectionreset")

    open_form(page, job)
    page.route("**/completion/photos/", cut_the_second)
    nasty = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.set_input_files("#camera", [nasty, picture()])
    expect(page.locator("[data-problem]")).to_contain_text("a.jpg")
    expect(page.locator("[data-photos] figure")).to_have_count(1)
    expect(page.locator("[data-photos] [data-waiting]")).to_have_count(1)
    page_problems.clear()


def test_a_job_at_which_the_city_fails_keeps_no_other_waiting(wes, job, page_problems):
    page, other = wes, make.service_request(Status.IN_PROGRESS)
    safe = page.get_by_role("heading", name="Safe on this phone")
    open_form(page, job)
    fill(page)
    address = f"**{reverse('completion', args=[job.reference])}"
    page.route(address, lambda route: route.fulfill(status=500, body="no"))
    send(page)
    expect(safe).to_be_visible()
    open_form(page, other)
    fill(page)
    page.context.set_offline(True)
    send(page)
    expect(safe).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name=DONE)).to_be_visible()
    expect(page.locator("[data-queue]")).to_contain_text("1 waiting to send")
    assert other.events.filter(verb=Verb.COMPLETE).exists()
    assert not job.events.filter(verb=Verb.COMPLETE).exists()
    page_problems.clear()
