"""Tests for headers, methods, URLs and tokens that no browser sends."""

import uuid

import pytest
from django.test import Client

from requests_app.models import AccessLink, DataLink, ReporterSession, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.requests_app.filing.report import HERE, Report
from tests.sweeps import in_sweep
from tests.test_front_doors import ALL_ROUTES, UNKNOWN, WALKED
from tests.test_front_doors import address as sample
from tests.visitors import address, bare, browser, signed_in

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/requests/",
    "/requests/map/",
    "/requests/feed/",
    "/requests/find/",
    "/figures/",
    "/city/places",
    "/city/describe",
    "/privacy/",
    "/your-data/",
    "/report/offline/",
]
ODD = [
    "\0",
    "a\0b",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe",
    "%",
    "(",
    "[",
    "\\",
    "'",
    "1 or 1=1",
    "10" * 30,
    "-1",
    "9" * 20,
    str(2**63),
    "1e400",
    "NaN",
    "٣",
    "<script>",
    "{{7*7}}",
    "=HYPERLINK(1)",
    "\u202e",
    "\u200b",
    "a\u0301" * 500,
    "x" * 5000,
    "../../",
    "\r\nSet-Cookie: a=b",
    "\n2026 ERROR forged",
]
FIELDS = [
    "q",
    "category",
    "zone",
    "status",
    "from",
    "to",
    "before",
    "after",
    "page",
    "cursor",
    "lat",
    "lng",
    "reference",
    "box",
    "bbox",
    "zoom",
    "z",
    "v",
    "tab",
    "most",
    "sort",
    "want",
    "to",
    "lang",
    "further",
]


SAMPLE = 4  # number of malformed values in an ordinary run of the tests


def name_of(odd) -> str:
    return repr(odd)[:20]


@pytest.mark.parametrize("odd", [*ODD[:SAMPLE], *in_sweep(ODD[SAMPLE:])], ids=name_of)
def test_nothing_in_a_query_breaks_a_public_page(odd):
    row = make.filed()
    for path in [*PUBLIC, address(row), address(row, "live")]:
        response = browser("ana").get(path, dict.fromkeys(FIELDS, odd))
        assert response.status_code < 500, path
        assert "Set-Cookie: a=b" not in str(response.headers)


@pytest.mark.parametrize("odd", [*ODD[:SAMPLE], *in_sweep(ODD[SAMPLE:])], ids=name_of)
def test_nothing_in_a_query_breaks_the_desk(odd):
    agent = signed_in(make.omar())
    for path in ["/desk/", "/desk/live/", "/desk/intake/", "/desk/intake/places/"]:
        fields = [*FIELDS, "flag", "due", "age", "priority", "channel", "photo", "mine", "group"]
        assert agent.get(path, dict.fromkeys(fields, odd)).status_code < 500, path


@pytest.mark.parametrize("path", ["/accounts/login/", "/open311/v2/requests.json", "/report/"])
@pytest.mark.parametrize("length", [{}, {"CONTENT_LENGTH": "3"}], ids=["alone", "and a length"])
def test_a_body_in_chunks_is_refused_instead_of_read_as_empty(path, length):
    answer = browser().post(path, {"q": "x"}, HTTP_TRANSFER_ENCODING="chunked", **length)
    assert answer.status_code == 411
    assert "Content-Length" in answer.content.decode()


HEADERS = [
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "testserver\r\nX: y"},
    {"HTTP_HOST": ""},
    {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_X_FORWARDED_FOR": "' or 1=1 --, ::, \xff"},
    {"HTTP_ACCEPT_LANGUAGE": "es;q=" + "9" * 10_000},
    {"HTTP_ACCEPT_LANGUAGE": ",".join(["de-x"] * 3000)},
    {
        "HTTP_COOKIE": "device="
        + "x" * 9000
        + "; sessionid=\"';--; csrftoken=\0; django_language=../"
    },
    {"HTTP_COOKIE": "=;;; ==\xff"},
    {"HTTP_ACCEPT": "text/html;q=zz, */*;q=" + "1" * 500},
    {"HTTP_REFERER": "javascript:alert(1)"},
    {"HTTP_RANGE": "bytes=9999999999999999999-"},
    {"HTTP_IF_NONE_MATCH": '"' * 999},
    {"HTTP_IF_MODIFIED_SINCE": "yesterday"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "<script>", "HTTP_HX_CURRENT_URL": "%ff"},
    {"HTTP_X_LONG": "x" * 100_000},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "many"},
    {"QUERY_STRING": "q=a&q=b&%00=%ff&q[]=1&=&&&"},
]


@pytest.mark.parametrize(
    "headers",
    [*HEADERS[:SAMPLE], *in_sweep(HEADERS[SAMPLE:])],
    ids=lambda headers: str(headers)[:40],
)
def test_no_header_breaks_a_page(headers):
    row = make.filed()
    for path in ["/", "/requests/", address(row), "/report/", "/city/places?q=x"]:
        response = Client(raise_request_exception=False).get(path, **headers)
        assert response.status_code < 500, path
        if headers.get("HTTP_HOST"):
            assert response.status_code == 400
            assert b"evil.example" not in response.content


def test_a_form_from_another_site_is_refused_and_ours_without_its_token_too():
    strict = Client(enforce_csrf_checks=True)
    row = make.filed()
    for headers in [{"Origin": "https://evil.example"}, {}]:
        answer = strict.post(address(row, "following"), {"want": "yes"}, headers=headers)
        assert answer.status_code == 403
    assert not row.followers.exists()


# Email programs and services post to these URLs by themselves; the secret in the URL authorizes
# them.
NO_TOKEN_NEEDED = {
    "alerts/<str:token>/end/",
    "notifications/<str:token>/end/",
    "notifications/staff/end/",
    "hooks/mail/",
    "requests/<reference:reference>/following/<str:token>/end/",
    "requests/<reference:reference>/mine/<str:token>/emails/",
    "scheduled-reports/<str:token>/end/",
}


def test_no_form_is_taken_without_its_token_wherever_it_leads():
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    routes = [route for route in ALL_ROUTES if not route.startswith(("open311/", "admin/", "(?"))]
    answers = {route: strict.post(sample(route, UNKNOWN)).status_code for route in routes}
    assert {route for route, status in answers.items() if status != 403} == NO_TOKEN_NEEDED


def test_a_field_counts_where_it_is_expected_and_once():
    """A query string is not part of a form, and the last of two fields with one name counts."""
    row = make.filed()
    bob = browser("bob")
    bob.post(f"{address(row, 'following')}?want=yes", {"want": "no"})
    assert not row.followers.exists()
    bob.post(address(row, "following"), {"want": ["no", "yes"]})
    assert row.followers.count() == 1


def test_a_form_takes_no_field_that_is_not_its_own():
    more = {"status": "closed", "priority": "urgent", "department": make.water().pk, "version": 9,
            "is_private": "on", "reference": "SM-2222-2222"}  # fmt: skip
    report = Report("ana")
    report.post_category(**more)
    report.post_location(**HERE, **more)
    report.post_details(description="A tag", **more)
    report.post("check", **more)
    row = ServiceRequest.objects.get()
    assert (row.status, row.priority, row.department, row.is_private) == (
        Status.FILED, "normal", None, False,
    )  # fmt: skip
    assert (row.version, row.reference != more["reference"]) == (1, True)


def test_a_method_cannot_be_overridden():
    row = make.filed()
    headers = {"X-HTTP-Method-Override": "POST"}
    answer = browser("bob").get(
        address(row, "following"), {"want": "yes", "_method": "POST"}, headers=headers
    )
    assert answer.status_code == 200
    assert not row.followers.exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND", "x"])
def test_no_door_of_a_request_knows_other_methods(method):
    row = make.filed()
    client = browser("ana")
    for route in WALKED:
        if route.startswith("requests/<"):
            answer = client.generic(method, sample(route, row.reference))
            assert answer.status_code in {404, 405}, route
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.parametrize(
    "path",
    [
        "/%ff%fe",
        "/%00",
        "/requests/%00/",
        "/photos/%ff/320.webp",
        "/%2e%2e/%2e%2e/etc",
        "/" + "a" * 9000,
        "/report/%F0%9F%95%B3/what/",
        "/static/../santa311/settings.py",
        "/static/%2e%2e/manage.py",
    ],
)
def test_an_address_that_is_none_is_not_found(path):
    assert browser("ana").get(path).status_code == 404


def test_a_page_swapped_in_is_allowed_what_the_whole_page_is_and_no_cache_mixes_them():
    row = make.filed(category=make.category(is_private=True))
    forged = {"HX-Request": "true", "HX-Target": "live"}
    assert browser("bob").get(address(row), headers=forged).status_code == 404
    assert browser("bob").get(address(row, "live"), headers=forged).status_code == 404
    assert browser("bob").get("/desk/", headers=forged).status_code in {302, 401, 403}
    answer = browser("bob").get("/city/places?q=pier")
    assert {"Accept", "HX-Request"} <= set(answer.headers["Vary"].split(", "))


def variants(token):
    """Return altered forms of the token and unrelated texts, none of which is a valid token."""
    flipped = ("0" if token[0] != "0" else "1") + token[1:]
    return [
        flipped,
        token[:-1],
        token + "a",
        token + ".",
        token.upper() + "x",
        "0" * 64,
        "x",
        "é",
        "%00",
        str(uuid.uuid4()),
        "a" * 3000,
    ]


def test_wrong_tokens_of_every_kind_are_the_same_404():
    row, other = make.filed(), make.filed(by=make.bob())
    token = AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row).token
    mine = [address(row, "mine", wrong) for wrong in variants(token)]
    answers = [browser("eve").get(path) for path in [*mine, address(other, "mine", token)]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({bare(answer) for answer in answers}) == 1
    assert not ReporterSession.objects.filter(device=make.device("eve")).exists()


def test_a_token_of_one_kind_opens_nothing_of_another_kind():
    row = make.filed()
    private = AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row).token
    data = DataLink.create_link(address="ana@example.org").token
    nobody = browser("eve")
    assert nobody.get(address(row, "mine", private)).status_code == 200
    assert nobody.get(address(row, "mine", data)).status_code == 404
    for token in (private, data):
        assert nobody.get(f"/accounts/invitation/{token}/").status_code == 410
        assert nobody.get(address(row, "following", token)).status_code == 404
    assert nobody.get(f"/your-data/{data}/").status_code == 200
    assert nobody.get(f"/your-data/{private}/").status_code == 404


def test_wrong_tokens_to_somebodys_data_are_the_same_404():
    answers = [browser("eve").get(f"/your-data/{wrong}/") for wrong in variants("a1" * 32)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({bare(answer) for answer in answers}) == 1
    assert DataLink.find_valid("0" * 64) is None


@pytest.mark.parametrize(
    "purpose", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {}]
)
def test_looking_ahead_or_scanning_a_mail_uses_no_link_up(purpose):
    row = make.filed()
    token = AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row).token
    for method in ("get", "head"):
        for _twice in range(2):
            answer = getattr(browser("scanner"), method)(
                address(row, "mine", token), headers=purpose
            )
            assert answer.status_code == 200
    assert AccessLink.objects.filter(service_request=row).count() == 1
    assert not ReporterSession.objects.exclude(device=make.ana()).exists()
    assert browser("ana2").post(address(row, "mine", token)).status_code == 302


def test_a_private_address_is_told_to_nobody():
    row = make.filed()
    answer = browser("another device").get(
        address(
            row, "mine", AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=row).token
        )
    )
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer.headers["Cache-Control"]


BIG_IDS = ["10" * 20, "99999999999999999999", "-1", "1 or 1=1", "%00", "٣"]


@pytest.mark.parametrize("number", BIG_IDS)
def test_numbers_that_no_row_has_are_not_found(number):
    agent, admin = signed_in(make.omar()), signed_in(make.ada())
    row = make.filed()
    assert agent.get(f"/desk/{row.reference}/words/{number}/").status_code == 404
    assert agent.post(f"/desk/views/{number}/deletion/").status_code in {302, 404}
    assert admin.get(f"/admin/requests_app/servicerequest/{number}/change/").status_code in {
        302,
        404,
    }
