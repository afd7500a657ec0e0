"""Tests that private and hidden requests appear on no public page.

All URL patterns are requested; new ones are included automatically.
"""

import re
from dataclasses import dataclass

import pytest

from requests_app import workflow
from requests_app.models import Photo
from requests_app.photos import uploading
from tests import make
from tests.test_front_doors import WALKED, address
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

STAFFS = ("desk/", "staff/", "accounts/", "healthz/")
PUBLIC = [route for route in WALKED if not route.startswith(STAFFS)]
WORDS = "Zanzibar parrot"
PLACE = "44 Quagga Row"
NOTE = "Behind the okapi statue"
QUERIES = [  # only parts of the secret texts, so a page that repeats the query is no leak
    "?q=parrot",
    "?q=parrot&show=all",
    "?q=quagga&show=all&status=filed",
    "?q=okapi&show=all",
    "?q={half}&show=all",
    "?reference={half}",
    "?category={category}&show=all",
    "?category={category}&zone={zone}&show=open",
    "?updated_after=2000-01-01&extensions=true",
    "?updated_after=2000-01-01&q=parrot",
    "?show=all&lat=34.0118&lng=-118.4917&bbox=-119,33,-118,35&zoom=18",
]


@dataclass
class Secret:
    """A request that must not be public, and the texts that would reveal it."""

    row: make.ServiceRequest
    photo: Photo

    @property
    def marks(self) -> list[str]:
        """Return the texts that would reveal the request. The first is its reference.

        The list of removed requests may contain the reference once the request is hidden.
        """
        return [self.row.reference, WORDS, PLACE, NOTE, self.photo.key]


def filed(category, color):
    photo = make.photo(device=make.ana(), color=color)
    given = {"description": f"A {WORDS}.", "location_text": PLACE, "location_note": NOTE}
    row = make.filed(category=category, photos=[photo], **given)
    uploading.make_sizes(photo.pk)
    return Secret(row, Photo.objects.get(pk=photo.pk))


def a_private_one():
    return filed(make.category(service_code="person-in-need"), "navy")


def a_hidden_one():
    secret = filed(make.pothole(), "maroon")
    make.act(workflow.hide, secret.row, make.omar(), words="Shows a face.")
    return secret


def one_made_public_by_mistake():
    """Create a private request whose category an agent changes to a public one."""
    secret = a_private_one()
    make.act(workflow.recategorise, secret.row, make.omar(), category=make.pothole())
    return secret


SECRETS = {
    "private": a_private_one,
    "hidden": a_hidden_one,
    "private in another category": one_made_public_by_mistake,
}


@pytest.fixture(params=SECRETS)
def secret(request):
    return SECRETS[request.param]()


def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace") + str(response.headers)


def queries_about(secret) -> list[str]:
    """Return QUERIES, filled in with parts of a secret."""
    named = {
        "half": secret.row.reference[:-2],
        "category": secret.row.category.service_code,
        "zone": secret.row.zone.slug,
    }
    return [query.format(**named) for query in QUERIES]


def answers(client, secrets, visible):
    """Yield each public URL with its response as text.

    Pages that return 200 are also requested with the queries about all secrets.
    """
    queries = dict.fromkeys(query for secret in secrets for query in queries_about(secret))
    for at in [address(route, visible.reference) for route in PUBLIC]:
        response = client.get(at)
        yield at, body(response)
        if response.status_code == 200 and visible.reference not in at:
            for query in queries:
                yield at + query, body(client.get(at + query))


def test_no_public_address_gives_anything_away():
    secrets = [file_secret() for file_secret in SECRETS.values()]
    visible = make.filed(by=make.bob(), location_text="Palisades Park")
    client, leaks = browser("bob"), []
    for asked, given in answers(client, secrets, visible):
        for secret in secrets:
            may_name_it = "/removed_requests." in asked and secret.row.is_hidden
            marks = secret.marks[1:] if may_name_it else secret.marks
            leaks += [(asked, mark) for mark in marks if mark in given]
    assert leaks == []


@pytest.mark.parametrize("noun", ["", "live", "comments", "answer", "confirmation", "dispute"])
def test_who_knows_the_reference_finds_nothing_behind_it(secret, noun):
    response = browser("bob").get(f"/requests/{secret.row.reference}/{noun}/".replace("//", "/"))
    assert response.status_code == 404
    given = body(response)
    assert not [mark for mark in secret.marks[1:] if mark in given]


def test_looked_up_by_its_reference_it_does_not_exist(secret):
    for path in (
        f"/requests/find/?reference={secret.row.reference}",
        f"/requests/?q={secret.row.reference}",
    ):
        response = browser("bob").get(path)
        assert response.status_code in {200, 404}
        assert not [mark for mark in secret.marks[1:] if mark in body(response)]


def test_its_photo_is_for_the_reporter_and_for_who_works_on_it(secret):
    make.route(secret.row)
    secret.photo.refresh_from_db()
    path = secret.photo.small
    assert "signature=" in path
    for stranger in (browser(), browser("bob"), signed_in(make.walt())):
        assert stranger.get(path).status_code == 404
    for own in (browser("ana"), signed_in(make.omar()), signed_in(make.wes())):
        response = own.get(path)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert response.getvalue()[:4] == b"RIFF"


def test_after_it_went_to_another_department_the_first_one_sees_it_no_longer(secret):
    make.route(secret.row)
    make.moved_on(secret.row, make.water())
    wes = signed_in(make.wes())
    assert wes.get(secret.photo.small).status_code == 404
    assert wes.get(f"/requests/{secret.row.reference}/").status_code == 404
    page = wes.get(f"/staff/{secret.row.reference}/")
    assert page.status_code == 410
    told = [mark for mark in secret.marks if mark in body(page)]
    assert told == [secret.row.reference]
    assert str(secret.row.category) not in body(page)


def test_the_public_counts_do_not_count_it():
    before = [body(browser().get(path)) for path in ("/", "/requests/")]
    a_private_one()
    a_hidden_one()
    assert [counts(body(browser().get(path))) for path in ("/", "/requests/")] == [
        counts(page) for page in before
    ]


def counts(page):
    """Return all standalone numbers in the text of a page."""
    text = re.sub(r"<(script|svg|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.findall(r"(?<![\w:.])\d+(?![\w:.])", text.partition("</html>")[0])


def test_a_public_duplicate_of_what_was_hidden_later_does_not_name_it():
    original, copy = a_hidden_one_to_be(), make.filed(by=make.bob())
    make.act(workflow.mark_duplicate, copy, make.omar(), original=original.row)
    make.act(workflow.hide, original.row, make.omar(), words="Shows a face.")
    for visitor in (browser(), browser("bob")):
        page = body(visitor.get(f"/requests/{copy.reference}/"))
        assert original.row.reference not in page


def a_hidden_one_to_be():
    return filed(make.pothole(), "maroon")
