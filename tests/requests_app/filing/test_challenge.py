"""Tests for the proof of work that browsers solve while many reports come in."""

import base64
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import altcha
import pytest

from lib import clock, rate_limiter
from requests_app.filing import challenge as challenges
from requests_app.models import ServiceRequest
from requests_app.status import ReviewReason
from tests import make
from tests.requests_app.filing.report import Report

pytestmark = pytest.mark.django_db
SOLVER = Path(__file__).resolve().parents[3] / "static" / "js" / "lib" / "challenge.js"


@pytest.fixture(autouse=True)
def busy(settings, monkeypatch):
    """Set the limit to one report per hour in the whole city, and use it up."""
    settings.RATE_LIMITS = {"quiet.city": "1/hour"}
    monkeypatch.setattr(challenges, "HASTY_WITHIN", timedelta(0))
    rate_limiter.count_attempt("quiet.city", "the city")
    return settings.RATE_LIMITS


def solve_challenge(challenge):
    given = altcha.Challenge.from_dict(json.loads(challenge))
    return altcha.Payload(given, altcha.solve_challenge(given)).to_base64()


def get_challenge(response):
    return response.context["challenge"]


def prepare_report(name="ana"):
    return Report(name).walk_to("check")


def test_while_it_is_quiet_nothing_is_asked(busy):
    busy["quiet.city"] = "99/hour"
    report = prepare_report()
    page = report.get("check")
    assert get_challenge(page) == ""
    assert "filing/challenge.js" not in page.content.decode()
    assert report.post_review().status_code == 302
    assert ServiceRequest.objects.get().held_for == ""


def test_a_solved_challenge_lets_the_report_through():
    report = prepare_report()
    page = report.get("check")
    assert "filing/challenge.js" in page.content.decode()
    challenge = get_challenge(page)
    answer = report.post("check", challenge=challenge, altcha=solve_challenge(challenge))
    assert answer.status_code == 302
    assert ServiceRequest.objects.get().held_for == ""


def test_without_scripts_it_is_sent_and_a_person_looks_first():
    report = prepare_report()
    challenge = get_challenge(report.get("check"))
    assert report.post("check", challenge=challenge, altcha="").status_code == 302
    assert ServiceRequest.objects.get().held_for == ReviewReason.NO_PROOF


def test_a_page_from_a_quieter_time_is_shown_once_more():
    report = prepare_report()
    answer = report.post_review()
    assert answer.status_code == 422
    assert "press Send again" in answer.content.decode()
    challenge = get_challenge(answer)
    assert (
        report.post("check", challenge=challenge, altcha=solve_challenge(challenge)).status_code
        == 302
    )
    assert ServiceRequest.objects.get().held_for == ""


def test_a_solution_is_for_its_own_report():
    challenge = get_challenge(prepare_report("bob").get("check"))
    solution = solve_challenge(challenge)
    other = make.device("ana").drafts.create()
    assert challenges.is_valid_solution(solution, make.bob().drafts.get())
    assert not challenges.is_valid_solution(solution, other)


def test_a_solution_holds_for_two_hours():
    draft = make.ana().drafts.create()
    with clock.freeze_time(clock.now() - timedelta(hours=3)):
        old = challenges.create_challenge(draft)
    assert not challenges.is_valid_solution(solve_challenge(old), draft)


def list_invalid_solutions(draft):
    challenge = challenges.create_challenge(draft)
    good = json.loads(base64.b64decode(solve_challenge(challenge)))
    yield ""
    yield "x" * 5000
    yield "é"
    for path, value in [
        (("solution", "counter"), -1),
        (("solution", "counter"), "7"),
        (("solution", "counter"), 10**30),
        (("solution", "counter"), None),
        (("solution", "derivedKey"), "00"),
        (("solution", "derivedKey"), []),
        (("solution",), []),
        (("challenge",), None),
        (("challenge", "signature"), "0" * 64),
        (("challenge", "signature"), 1),
        (("challenge", "parameters"), []),
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "cost"), 10**12),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters", "algorithm"), "NONE"),
        (("challenge", "parameters", "expiresAt"), "never"),
        (("challenge", "parameters", "data"), {"report": "another"}),
    ]:
        changed = json.loads(json.dumps(good))
        place = changed
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        yield base64.b64encode(json.dumps(changed).encode()).decode()


def test_what_is_no_solution_is_none_and_breaks_nothing():
    draft = make.ana().drafts.create()
    for solution in list_invalid_solutions(draft):
        assert not challenges.is_valid_solution(solution, draft), solution[:60]


def test_a_field_that_nobody_sees_gives_programs_away(busy):
    busy["quiet.city"] = "99/hour"
    assert prepare_report().post("check", website="https://buy.example").status_code == 302
    assert ServiceRequest.objects.get().held_for == ReviewReason.TRAP


def test_new_browsers_that_take_seconds_for_all_of_it_count_for_more(busy, monkeypatch):
    busy["quiet.city"] = "99/hour"
    busy["quiet.address"] = "8/hour"
    monkeypatch.setattr(challenges, "HASTY_WITHIN", timedelta(minutes=10))
    codes = [
        build_distant_report(name, n).post_review().status_code
        for n, name in enumerate(["a", "b", "c"])
    ]
    assert codes == [302, 302, 422]


def build_distant_report(name, n):
    """Build a report far enough from the others that it has no possible duplicates."""
    report = Report(name)
    report.post_category()
    report.post_location(latitude=f"34.0{118 + 20 * n}", longitude="-118.491700", text="A wall")
    report.post_details()
    return report


def test_a_phone_that_delivers_is_asked_and_comes_again_with_the_answer():
    report = prepare_report()
    url = f"/report/{report.draft_id}/delivery/"
    asked = report.client.post(url)
    assert asked.status_code == 428
    assert not ServiceRequest.objects.exists()
    challenge = asked.json()["challenge"]
    given = {"challenge": challenge, "altcha": solve_challenge(challenge)}
    assert report.client.post(url, given).status_code == 201
    assert ServiceRequest.objects.get().held_for == ""
    again = report.client.post(url)
    assert again.status_code == 201
    assert again.json()["reference"] == ServiceRequest.objects.get().reference


def test_the_pages_own_script_finds_the_solution():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node to run the page's script")
    draft = make.ana().drafts.create()
    program = f"""
        import {{ solveChallenge }} from {json.dumps(SOLVER.as_uri())};
        console.log(await solveChallenge({challenges.create_challenge(draft)}));
    """
    run = subprocess.run(
        [node, "--input-type=module", "-e", program], capture_output=True, text=True, check=True
    )
    assert challenges.is_valid_solution(run.stdout.strip(), draft)
