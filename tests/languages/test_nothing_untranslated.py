"""Tests that no page or email for residents has an untranslated text, in an invented language."""

import html
import re
import uuid
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation
from django.views import defaults

from city.models import City, Question
from lib import clock
from notifications import delivery
from notifications.models import Delivery
from requests_app import errors as domain
from requests_app import mail as asked_mail
from requests_app import workflow
from requests_app.models import AccessLink, Alert, AlertLink, Photo, ServiceRequest
from requests_app.status import Outcome, Status
from requests_app.workflow import outbox
from santa311.web import errors
from santa311.web.language import STAFF_PATHS
from tests import make
from tests.languages.pseudo import mark, unmarked
from tests.requests_app.filing.report import HERE, Report
from tests.requests_app.following.test_following import ask_and_get_follower, token_of
from tests.visitors import address, browser, source

pytestmark = pytest.mark.django_db

ANA = {"name": mark("Ana"), "email": "ana@example.org", "phone": ""}
WORDS = mark("words that somebody wrote")
# Texts that people write in the requests of tests/make.py; they are not translated.
WRITTEN = [
    "Which side of the street?", "Filled and rolled.", "It is still there.",
    "We looked: it is level now.", "Theirs after all.", "City Hall",
    "A hole as wide as a bucket.",
]  # fmt: skip


# The names of all URL patterns except those of staff. WALKED: pages that a test in this module
# reads. WITHOUT_WORDS: responses without text for people. Add a new page to WALKED, and a test that
# reads it.
WALKED = {
    "home", "report_what", "report_where", "report_details", "report_check", "report_sent",
    "requests", "my_requests", "look_up", "service_request", "service_request_live",
    "private_link", "confirmation", "correction", "dispute", "comments", "answer", "withdrawal",
    "places",
    "describe", "public_overview", "requests_map", "requests_feed", "report_offline",
    "report_waiting", "manifest", "follower_link", "following", "following_end", "lost_links",
    "reporter_emails", "reporter_emails_link",
    "new_alert", "alert", "alert_end", "notifications",
    "privacy", "personal_words", "report_same", "report_same_one", "your_data", "data_link",
    "data_link_deletion", "data_device", "data_device_deletion", "data_deleted", "accessibility",
    "where_you_are", "danger_words", "content_reports", "dispute_photos", "answer_photos",
    "poster", "embed", "embed_map", "comment_photos", "open_data", "open_data_selection_csv",
}  # fmt: skip
WITHOUT_WORDS = {
    "photo", "report", "report_photos", "report_photo", "data_link_file", "data_device_file",
    "city_art", "basemap", "city_colors",
    "set_language", "health_live", "health_ready", "health_serving",
    "public_overview_table", "icon", "logo",
    "push_endpoints", "push_endpoint_removal", "notifications_end", "staff_notifications_end",
    "worker", "report_token", "report_shared", "report_delivery", "incoming_photo",
    "reply_photo", "open_data_csv", "open_data_csv_packed", "open_data_geojson",
    "open_data_geojson_packed", "open_data_selection_geojson", "security_txt",
    "robots_txt", "mail_hook", "open_data_package", "open_data_checksums", "open_data_catalog",
    "open_data_edition_csv", "open_data_edition_geojson",
}  # fmt: skip


@pytest.fixture(autouse=True)
def marked(invent):
    """Add the language with marks to the city."""
    invent("qps")


@pytest.fixture
def walk():
    return Walk()


class Walk:
    """Helper that requests pages in the invented language and fails at an untranslated text."""

    def __init__(self):
        self.names = [City.current().name, City.current().service_name, "311"]

    def browser(self, name=None):
        client = browser(name)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "qps"
        return client

    def read(self, response, *names, status=None):
        """Check the status and that all texts of the page are translated; return the page."""
        assert response.status_code == (status or 200), response.headers
        page = response.content.decode()
        assert '<html lang="qps"' in source(page) or not page.startswith("<!doctype")
        assert unmarked(page, names=[*self.names, *WRITTEN, *names]) == []
        return page


def request_in(status, outcome=Outcome.CONFIRMED, **given):
    given = {"location_text": WORDS, "description": WORDS, "location_note": WORDS, **given}
    return make.service_request(status, outcome, language="qps", contact=ANA, **given)


STANDS = [(status, Outcome.CONFIRMED) for status in Status if status != Status.CLOSED] + [
    (Status.CLOSED, outcome) for outcome in Outcome if outcome != Outcome.IMPORTED
]


def test_every_page_of_the_residents_is_walked_here():
    elsewhere = (*STAFF_PATHS, "/open311/", "/^open311/")  # the API is for programs
    names = {name for path, name in _addresses() if not f"/{path}".startswith(elsewhere)}
    assert names == WALKED | WITHOUT_WORDS


def _addresses(patterns=None, prefix=""):
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry.name
        else:
            yield from _addresses(entry.url_patterns, path)


@pytest.mark.sweep
@pytest.mark.parametrize(("status", "outcome"), STANDS)
def test_the_live_page(walk, status, outcome):
    row = request_in(status, outcome)
    Photo.objects.update(state=Photo.State.READY)
    for name in ("ana", "bob"):
        client = walk.browser(name)
        walk.read(client.get(address(row)))
        walk.read(client.get(address(row, "live"), {"v": "0"}))
    with clock.freeze_time(clock.now() + timedelta(days=60)):
        walk.read(walk.browser("ana").get(address(row)))


@pytest.mark.sweep
def test_a_long_story_with_every_turn(walk):
    row = request_in(Status.ROUTED)
    make.handed_back(row)
    make.moved_on(row, make.water())
    make.moved_on(row, make.streets())
    for urgency in ("urgent", "normal"):
        make.act(workflow.prioritise, row, make.omar(), priority=urgency)
    make.act(workflow.recategorise, row, make.omar(), category=make.category(service_code="litter"))
    make.act(workflow.move_pin, row, make.omar(), latitude=make.CITY_HALL[0],
             longitude=make.CITY_HALL[1] + Decimal("0.001"), location_text=WORDS)  # fmt: skip
    make.act(workflow.comment, row, make.ana(), words=WORDS)
    make.act(workflow.comment, row, make.omar(), words=WORDS)
    make.act(workflow.hide, row, make.omar(), words=WORDS, comment=row.comments.first())
    workflow.follow(row, by=make.bob())
    for name in ("ana", "bob"):
        walk.read(walk.browser(name).get(address(row)))


@pytest.mark.sweep
def test_a_private_and_a_hidden_request(walk):
    private = request_in(Status.FILED, category=make.category(is_private=True))
    walk.read(walk.browser("ana").get(address(private)))
    hidden = request_in(Status.FILED)
    make.act(workflow.hide, hidden, make.omar(), words=WORDS)
    walk.read(walk.browser("ana").get(address(hidden)))
    walk.read(walk.browser("bob").get(address(hidden)), status=404)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("confirmation", Status.COMPLETED),
        ("dispute", Status.COMPLETED),
        ("answer", Status.AWAITING_RESIDENT),
        ("comments", Status.ROUTED),
        ("withdrawal", Status.ROUTED),
    ],
)
def test_what_a_resident_may_do(walk, part, status):
    row = request_in(status)
    ana = walk.browser("ana")
    if part != "comments":
        walk.read(ana.get(address(row, part)))
    walk.read(ana.post(address(row, part), {"seen": "x", "words": ""}), status=422)
    stale = {"seen": 1, "words": WORDS, "what": "again"}
    answer = ana.post(address(row, part), stale)
    if answer.status_code != 302:
        walk.read(answer, status=409)


@pytest.mark.sweep
def test_a_comment_that_may_be_the_answer(walk):
    row, ana = request_in(Status.AWAITING_RESIDENT), walk.browser("ana")
    walk.read(
        ana.post(address(row, "comments"), {"seen": make.last_event_id(row), "words": WORDS}),
        status=422,
    )


@pytest.mark.sweep
def test_an_answer_that_comes_too_late(walk):
    row, ana = request_in(Status.AWAITING_RESIDENT), walk.browser("ana")
    late = {"seen": make.last_event_id(row), "words": WORDS, "photos": make.picture()}
    make.act(workflow.cancel_question, row, make.wes())
    walk.read(ana.get(address(row, "answer")))
    walk.read(ana.post(address(row, "answer"), late), status=409)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("dispute_photos", Status.COMPLETED),
        ("answer_photos", Status.AWAITING_RESIDENT),
        ("comment_photos", Status.ROUTED),
    ],
)
def test_a_photo_that_goes_before_its_reply(walk, name, status):
    row, ana = request_in(status), walk.browser("ana")
    address_of_photos = reverse(name, args=[row.reference])
    walk.read(ana.post(address_of_photos, {"photos": make.picture()}), status=201)
    refused = ana.post(address_of_photos, {"photos": ContentFile(b"none", "a.jpg")})
    assert unmarked(" ".join(refused.json()["problems"]), names=[]) == []


def test_the_lists(walk):
    walk.read(walk.browser().get("/"))
    walk.read(walk.browser("ana").get("/requests/mine/"))
    for status in (Status.FILED, Status.ON_HOLD, Status.COMPLETED):
        request_in(status)
    workflow.follow(ServiceRequest.objects.first(), by=make.bob())
    for name in ("ana", "bob"):
        client = walk.browser(name)
        walk.read(client.get("/"))
        walk.read(client.get("/requests/mine/"))
        walk.read(client.get("/requests/"))
        for view in ("list", "map"):
            walk.read(client.get("/embed/", {"lang": "qps", "view": view}))
    for query in ({"show": "fixed"}, {"show": "all", "category": "pothole", "zone": "pico"},
                  {"q": mark("nothing like it")}):  # fmt: skip
        walk.read(client.get("/requests/", query))
    for query in ({}, {"reference": mark("no reference")}, {"reference": "SM-7K3Q-X9F2"}):
        answer = client.get("/requests/find/", query)
        walk.read(answer, status=answer.status_code)


def test_a_poster_and_the_report_that_it_begins(walk):
    City.objects.update(languages=["qps"])
    client = walk.browser("bob")
    link = "testserver/report/"
    walk.read(client.get("/poster/", {"category": "pothole", "text": "City Hall"}), link)
    walk.read(client.get("/poster/", {"text": mark("nowhere"), "category": "x"}), status=422)
    for query in ("category=pothole&at=34.0118,-118.4917", "category=x&at=1,1"):
        walk.read(client.get(f"/report/?{query}", follow=True))


@pytest.mark.sweep
def test_the_list_the_map_and_the_feed_in_every_state(walk):
    client = walk.browser("bob")
    for status, outcome in STANDS:
        request_in(status, outcome)
    for path in ("/requests/", "/requests/?view=map"):
        walk.read(client.get(path))
    asked = [
        {"show": "all", "state": "on-hold", "from": "2026-01-01", "to": "2026-12-31"},
        {"zone": mark("x"), "category": mark("y"), "state": mark("z"), "from": mark("f"),
         "q": "!!", "area": mark("a")},
        {"area": "-118.5,34.0,-118.4,34.1", "q": mark("nothing")},
        {"after": "x", "before": "x", "cursor": "x"},
    ]  # fmt: skip
    for query in asked:
        answer = client.get("/requests/", query)
        walk.read(answer, status=answer.status_code)
    feed = client.get(reverse("requests_feed"), {"show": "all"}).content.decode()
    told = re.findall(r"<(title|subtitle|summary)[^>]*>([^<]+)<", feed)
    assert told
    for _tag, text in told:
        assert unmarked(html.unescape(text), names=[*walk.names, *WRITTEN]) == []


@pytest.mark.sweep
def test_what_a_phone_keeps_without_a_network(walk):
    client = walk.browser("ana")
    walk.read(client.get(reverse("report_offline")), "Rapid")
    walk.read(client.get(reverse("report_waiting")))
    manifest = client.get(reverse("manifest")).json()
    words = [manifest["description"], *(one["name"] for one in manifest["shortcuts"])]
    assert [text for text in words if unmarked(text, names=walk.names)] == []


def test_a_report_from_the_first_page_to_the_last(walk):
    client = walk.browser("ana")
    report = Report(client=client)
    walk.read(report.get("what"))
    walk.read(report.get("what", q="bache"))
    walk.read(report.get("what", q=mark("xyzzy")))
    walk.read(report.post("what", go="1"), status=422)
    report.post_category(photos=make.picture())
    walk.read(report.get("where"))
    walk.read(report.post("where", go="1"), status=422)
    walk.read(report.get("where", find="1", text="Pico"), "Pico")
    walk.read(report.get("where", find="1", text=mark("xyzzy")))
    for far in ({"latitude": "34.07", "longitude": "-118.30"}, {"latitude": "48", "longitude": "2"},
                {"latitude": "34.0118", "longitude": "118.4917"}):  # fmt: skip
        walk.read(report.post_location(**far, go="1"), "City Hall", status=422)
    report.post_location(latitude=HERE["latitude"], longitude=HERE["longitude"], text=WORDS)
    walk.read(report.get("details"))
    wrong = {"description": "x" * 3000, "email": "x@", "phone": "12"}
    walk.read(report.post("details", **wrong), "x" * 3000, "x@", status=422)
    report.post_details(description=WORDS, location_note=WORDS, email="ana@example.org")
    walk.read(report.get("check"))
    report.post_review()
    walk.read(report.get("sent"))


@pytest.mark.sweep
@pytest.mark.parametrize("datatype", ["string", "text", "number", "datetime", "singlevaluelist"])
def test_every_kind_of_question(walk, datatype):
    question = Question.objects.filter(datatype=datatype, category__is_active=True).first()
    if question is None:
        pytest.skip("the pack asks nothing of this kind")
    report = Report(client=walk.browser("ana"))
    report.post_category(category=question.category.service_code)
    report.post_location()
    walk.read(report.get("details"))
    answer = report.post("details", **{f"answer-{question.code}": "!" * 1001})
    walk.read(answer, status=422)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("category", "answers"),
    [
        ("pothole", {"answer-place": "state-highway", "answer-size": "hand"}),
        ("tree-down", {"answer-wires": "yes"}),
    ],
)
def test_an_answer_that_stops_the_report(walk, category, answers):
    report = Report(client=walk.browser("ana"))
    report.post_category(category=category)
    report.post_location()
    stop = report.post_details(**answers)
    walk.read(stop, status=stop.status_code)


@pytest.mark.sweep
def test_following_by_mail(walk):
    row = request_in(Status.ROUTED)
    bob = walk.browser("bob")
    walk.read(bob.get(address(row, "following")))
    wrong = bob.post(address(row, "following"), {"want": "mail", "email": "x"})
    walk.read(wrong, status=wrong.status_code)
    bob.post(address(row, "following"), {"want": "mail", "email": "bob@example.org"})
    walk.read(bob.get(address(row, "following"), {"asked": "1"}), "bob@example.org")
    link = address(row, "following", token_of(ask_and_get_follower(row)))
    walk.read(bob.get(link))
    bob.post(link)
    walk.read(walk.browser("another device").get(link))
    for path in (address(row, "following"), address(row)):
        walk.read(bob.get(path))
    walk.read(bob.get(f"{link}end/"))
    ended = bob.post(f"{link}end/")
    walk.read(ended if ended.status_code == 200 else bob.get(f"{link}end/"))


@pytest.mark.sweep
def test_the_emails_to_a_reporter(walk):
    contact = {"name": "Ana", "email": "ana@example.org", "phone": ""}
    row, ana = make.filed(contact=contact), walk.browser("ana")
    token = AccessLink.create_link(service_request=row).token
    link = f"{address(row)}mine/{token}/emails/"
    for want in ("no", "yes"):
        walk.read(ana.post(f"{address(row)}emails/", {"want": want}, follow=True))
    walk.read(ana.get(link))
    walk.read(ana.post(link))
    walk.read(ana.post(link, {"want": "yes"}))
    walk.read(ana.get(f"{address(row)}mine/{'0' * 64}/emails/"), status=404)


@pytest.mark.sweep
def test_the_pages_of_alerts(walk):
    bob, given = walk.browser("bob"), {"email": "bob@example.org", "frequency": "daily"}
    walk.read(bob.get("/alerts/new/"))
    wrong = bob.post("/alerts/new/", {"email": "x", "near": "Atlantis 99999"})
    walk.read(wrong, status=422)
    bob.post("/alerts/new/", given | {"wants_new": "1"})
    walk.read(bob.get("/alerts/new/", {"asked": "1"}), "bob@example.org")
    link = f"/alerts/{AlertLink.create_link(alert=Alert.objects.get()).token}/"
    walk.read(bob.get(link))
    walk.read(bob.post(link, follow=True), "bob@example.org")
    walk.read(bob.get(f"{link}end/"))
    walk.read(bob.post(f"{link}end/"))
    walk.read(bob.get(f"{link}end/"), status=404)


@pytest.mark.sweep
def test_notifications(walk):
    bob = walk.browser("bob")
    walk.read(bob.get("/notifications/"))


@pytest.mark.sweep
def test_following_on_this_device(walk):
    row, bob = request_in(Status.ROUTED), walk.browser("bob")
    walk.read(bob.get(address(row)))
    for want in ("yes", "no"):
        walk.read(bob.post(address(row, "following"), {"want": want}, follow=True))


@pytest.mark.sweep
def test_photos_without_words(walk):
    row = request_in(Status.ROUTED)
    workflow.follow(row, by=make.bob())
    for person in (make.ana(), make.bob()):
        for count in (1, 2):
            photos = [make.photo(Photo.Kind.COMMENT, device=person) for _n in range(count)]
            make.act(workflow.comment, row, person, words="", photos=photos)
    for name in ("ana", "bob"):
        walk.read(walk.browser(name).get(address(row)))
    typed = {"add_photo": "1", "words": WORDS}
    walk.read(walk.browser("ana").post(address(row, "comments"), typed))


@pytest.mark.sweep
def test_is_it_one_of_these(walk):
    graffiti = make.category(service_code="graffiti-public")
    one = make.filed(category=graffiti, at=make.CITY_HALL, location_text=WORDS)
    report = Report(client=walk.browser("bob"))
    report.post_category(photos=make.picture())
    report.post_location()
    walk.read(report.get("same"))
    unsaid = report.post("same")
    if unsaid.status_code != 302:
        walk.read(unsaid, status=unsaid.status_code)
    walk.read(report.get(f"same/{one.reference}"))


@pytest.mark.sweep
def test_where_somebody_is(walk):
    bob, path = walk.browser("bob"), reverse("where_you_are")
    request_in(Status.ROUTED)
    walk.read(bob.get(path))
    for wrong in ({"text": mark("xyzzy")}, {"latitude": "48", "longitude": "2"}):
        walk.read(bob.post(path, wrong), status=422)
    onward = bob.post(path, {"latitude": HERE["latitude"], "longitude": HERE["longitude"]})
    for known in (path, "/", onward.url):
        walk.read(bob.get(known))


@pytest.mark.sweep
def test_what_a_reader_says_is_wrong(walk):
    row = request_in(Status.ROUTED)
    bob, path = walk.browser("bob"), address(row, "content-reports")
    walk.read(bob.get(path))
    walk.read(bob.post(path), status=422)
    given = {"item": "description", "reason": "offensive", "seen": make.last_event_id(row)}
    first, again = (bob.post(path, given).url for _twice in range(2))
    assert first != again
    for answer in (first, again):
        walk.read(bob.get(answer))


@pytest.mark.sweep
def test_what_to_do_in_danger_is_written_in_each_language_of_the_table(walk):
    english, spanish = (
        walk.browser().get(reverse("danger_words", args=[code])).json()["advice"]
        for code in ("en", "es")
    )
    assert english
    assert english.keys() == spanish.keys()
    assert [kind for kind in english if english[kind]["text"] == spanish[kind]["text"]] == []


@pytest.mark.sweep
def test_lost_links_and_ones_own_data(walk):
    request_in(Status.ROUTED, category=make.category(is_private=True))
    request_in(Status.COMPLETED)
    ana = walk.browser("ana")
    for name in ("lost_links", "your_data"):
        walk.read(ana.get(reverse(name)))
        wrong = ana.post(reverse(name), {"email": "x"})
        walk.read(wrong, status=wrong.status_code)
        sent = ana.post(reverse(name), {"email": "ana@example.org"})
        walk.read(ana.get(sent.url), "ana@example.org")
    letter = Delivery.objects.get(kind="your_data")
    delivery.send_delivery(letter.pk)
    link = re.search(r"http://testserver(/your-data/[0-9a-f]{64}/)", mail.outbox[-1].body)[1]
    for path in (reverse("data_device"), link):
        walk.read(ana.get(path))
        walk.read(ana.get(f"{path}deletion/"))
        unsaid = ana.post(f"{path}deletion/")
        if unsaid.status_code != 302:
            walk.read(unsaid, status=unsaid.status_code)
    walk.read(ana.get(reverse("data_deleted")))
    walk.read(ana.get(reverse("privacy")))
    walk.read(ana.get(reverse("accessibility")))
    walk.read(ana.get(reverse("open_data")))
    refused = ana.get(reverse("open_data_selection_csv"), {"from": "yesterday"})
    walk.read(refused, "from:", status=400)


@pytest.mark.sweep
def test_what_tells_of_a_person_in_words(walk):
    said = "310 555 0142, ana@example.org, 7ABC123, 4111 1111 1111 1111"
    posted = {"field": "description", "words": said}
    hint = walk.browser("ana").post(reverse("personal_words"), posted)
    walk.read(hint, "310 555 0142", "7ABC123", "4111 1111 1111 1111", said)


@pytest.mark.sweep
def test_the_public_figures(walk):
    client = walk.browser()
    walk.read(client.get(reverse("public_overview")))
    for status, outcome in STANDS:
        request_in(status, outcome)
    walk.read(client.get(reverse("public_overview")))
    for query in ({"period": "own", "from": "2026-01-01", "to": "x"}, {"period": "year"},
                  {"zone": "pico"}, {"category": "pothole"}):  # fmt: skip
        answer = client.get(reverse("public_overview"), query)
        walk.read(answer, status=answer.status_code)


def test_what_went_wrong(walk, rf):
    walk.read(walk.browser("ana").get("/nowhere/"), status=404)
    walk.read(walk.browser().get("/nowhere/"), status=404)
    strict = walk.browser("ana")
    strict.handler.enforce_csrf_checks = True
    path = address(request_in(Status.ROUTED), "comments")
    for headers in ({}, {"sec-fetch-site": "same-origin"}):
        walk.read(strict.post(path, {"words": WORDS}, headers=headers), status=403)
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=False)
    request.device_key = ""
    with translation.override("qps"):
        for wrong in (TooManyFilesSent(), RequestDataTooBig(), ValueError()):
            walk.read(errors.bad_request(request, wrong), status=400)
        walk.read(defaults.permission_denied(request, PermissionDenied()), status=403)
        for wrong in (
            domain.NotAllowed(),
            domain.StaleView([]),
            domain.ServerBusy(),
            domain.IllegalTransition(),
        ):
            page = render_to_string("errors/refused.html", {"error": wrong}, request)
            assert unmarked(page, names=walk.names) == []


@pytest.mark.sweep
def test_a_private_link_and_a_place_in_words(walk):
    row = request_in(Status.COMPLETED)
    link = AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row)
    walk.read(walk.browser("bob").get(address(row, "mine", link.token)))
    near = walk.browser().get(reverse("describe"), {"lat": "34.0118", "lng": "-118.4917"}).json()
    assert near["zone"].startswith("⟦")


def test_the_mails_of_every_kind():
    for status, outcome in STANDS:
        request_in(status, outcome)
    row = request_in(Status.CLOSED, Outcome.DECLINED)
    make.act(workflow.reopen, row, make.omar(), words=WORDS)
    make.act(workflow.comment, row, make.omar(), words=WORDS)
    make.act(workflow.hide, row, make.omar(), words=WORDS)
    outbox.deliver_all_pending_events()
    asked_mail.request_mail("links", to="ana@example.org", language="qps")
    with clock.freeze_time(clock.now() + timedelta(days=16)):
        for delivery_id in delivery.list_due_ids():
            delivery.send_delivery(delivery_id)
    names = [City.current().name, City.current().service_name, "311", *WRITTEN]
    to_ana = [message for message in mail.outbox if message.to == ["ana@example.org"]]
    assert len(to_ana) > 20
    for message in to_ana:
        page, _kind = message.alternatives[0]
        assert '<html lang="qps"' in source(page)
        assert unmarked(page, names=names) == [], message.subject
        for line in [message.subject, *message.body.splitlines()]:
            assert unmarked(line, names=names) == [], message.subject


@pytest.mark.sweep
def test_a_correction(walk):
    row = request_in(Status.FILED)
    client = walk.browser("ana")
    check = client.post(address(row, "correction")).url
    walk.read(client.get(check))
    walk.read(client.post(check), status=422)  # the form has no change yet
    make.route(row)
    what = {"category": row.category.service_code, "remove": ""}
    client.post(check.replace("check", "what"), what)
    details = {f"answer-{code}": v for code, v in make.least_answers(row.category).items()}
    client.post(check.replace("check", "details"), details | {"description": WORDS})
    refused = client.post(check)
    walk.read(refused, status=409)
    assert client.post(check, {"seen": refused.context["seen"]}).url == address(row)
    walk.read(client.get(address(row)))
    check = client.post(address(row, "correction")).url
    make.act(workflow.start, row, make.wes())
    walk.read(client.get(check))
