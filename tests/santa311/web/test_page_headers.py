"""What every answer tells browsers: what pages may do, who may load them, and who keeps them."""

import pytest

from requests_app.models import Contact
from tests import make
from tests.requests_app.photos.test_views import reported
from tests.test_front_doors import ALL_ROUTES, UNKNOWN, address, walk
from tests.visitors import browser

pytestmark = pytest.mark.django_db
PAGES = [route for route in ALL_ROUTES if not route.startswith(("admin/", "(?", "open311/"))]


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/accounts/login/", "/healthz/live"])
def test_every_answer_says_what_its_page_may_do_and_who_may_load_it(path):
    headers = browser().get(path).headers
    may_do = dict(each.split("=") for each in headers["Permissions-Policy"].split(", "))
    assert may_do["geolocation"] == "(self)"
    assert may_do["camera"] == may_do["microphone"] == "()"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_photos_and_open_data_are_for_other_sites_too():
    picture = browser().get(reported().small)
    data = browser().get("/open311/v2/services.json")
    for answer in (picture, data):
        assert answer.status_code == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def kept(answers):
    """The pages among them that somebody's browser or proxy may keep."""
    return [
        route
        for _method, route, response in answers
        if response.status_code == 200
        and response["Content-Type"].startswith("text/html")
        and "no-store" not in response.get("Cache-Control", "")
    ]


DEPARTMENTS = [route for route in PAGES if route.startswith("staff/")]
OTHERS = [route for route in PAGES if route not in DEPARTMENTS]


@pytest.mark.parametrize(("person", "pages"), [(make.omar, OTHERS), (make.sue, DEPARTMENTS)])
def test_what_staff_see_is_kept_nowhere(person, pages):
    row = make.filed(by=make.ana())
    make.route(row)
    assert kept(walk(pages, row.reference, person(), methods=["get"])) == []


def test_pages_to_sign_in_are_kept_nowhere():
    rooms = [route for route in PAGES if route.startswith("accounts/")]
    assert kept(walk(rooms, UNKNOWN, methods=["get"])) == []


def test_what_is_a_residents_own_is_kept_nowhere():
    row = make.filed(by=make.ana(), category=make.category(is_private=True))
    Contact.objects.update_or_create(service_request=row, defaults={"email": "ana@example.org"})
    secrets = [b"ana@example.org", row.reference.encode()]
    ana = browser("ana")
    shown = []
    for route in PAGES:
        response = ana.get(address(route, row.reference))
        page = response.getvalue() if response.streaming else response.content
        if response.status_code == 200 and any(secret in page for secret in secrets):
            shown.append(route)
            assert "no-store" in response.get("Cache-Control", ""), route
    assert {"", "requests/mine/", "requests/<reference:reference>/"} <= set(shown)
