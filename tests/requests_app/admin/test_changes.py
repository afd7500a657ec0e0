"""Tests for the admin page "Who changed what": one order for all tables, and its filters."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import invitations
from accounts.models import User
from city.models import Category
from lib import clock
from lib.security_log import Kind
from open311.models import Webhook
from requests_app import workflow
from requests_app.admin.changes import lines
from requests_app.models import ApiKey
from routing.models import RuleDraft
from tests import make
from tests.accounts.security_log.reading import add_row
from tests.accounts.test_second_factor import sign_in
from tests.city.test_admin import fields
from tests.plans import plan_as_if_large
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:accounts_securityrecord_changelist")


def told(answer):
    return [(line.who, line.kind, line.what, line.target) for line in answer.context["lines"]]


def record(minutes, **given):
    at = clock.now() - timedelta(minutes=minutes)
    given = {"kind": Kind.SIGN_IN, "actor": "user:0", "result": "ok"} | given
    return add_row(at=at, **given)


def test_acts_of_all_tables_stand_in_one_order_with_who_did_them(ada):
    omar = make.omar()
    row = make.filed(by=make.ana())
    make.route(row)
    LogEntry.objects.log_actions(omar.pk, [make.streets()], 2, "Spelled anew.")
    sign_in("omar")
    newest = told(ada.get(PAGE))[:3]
    assert newest == [
        ("Omar", "Sign-in", "Password", ""),
        ("Omar", "Department", "Spelled anew.", str(make.streets())),
        ("Omar", "Request", "Omar sent it to Street Services.", row.reference),
    ]
    # a resident did that, not a member of staff
    assert "It was reported." not in ada.get(PAGE).text


def test_it_is_filtered_by_person_with_what_was_done_to_them(ada):
    omar, wes = make.omar(), make.wes()
    make.act(workflow.route, make.filed(), omar, to=make.streets())
    record(1, actor="stranger:abcdef0123", target=f"user:{omar.pk}", result="wrong password")
    record(2, actor=f"user:{wes.pk}", target=f"user:{wes.pk}")
    found = told(ada.get(PAGE, {"person": omar.pk}))
    assert ("Not signed in (abcdef)", "Sign-in", "Wrong password.", "Omar") in found
    assert ("Omar", "Request") in {line[:2] for line in found}
    assert "Wes" not in {line[0] for line in found}


@pytest.mark.parametrize(
    ("kind", "names"),
    [("requests", {"Request"}), ("administration", {"Department"}), ("sign_in", {"Sign-in"})],
)
def test_it_is_filtered_by_kind(ada, kind, names):
    omar = make.omar()
    make.act(workflow.route, make.filed(), omar, to=make.streets())
    LogEntry.objects.log_actions(omar.pk, [make.streets()], 2, "Spelled anew.")
    record(1)
    assert {line[1] for line in told(ada.get(PAGE, {"kind": kind}))} == names


def test_it_is_filtered_by_the_citys_days(ada):
    day = 24 * 60
    record(1)
    record(3 * day, target="yesterday but one")
    then = clock.localtime(clock.now() - timedelta(days=3)).date().isoformat()
    found = told(ada.get(PAGE, {"since": then, "until": then}))
    assert [line[3] for line in found] == ["yesterday but one"]


def test_pages_leave_nothing_out_where_moments_are_the_same(ada, monkeypatch):
    monkeypatch.setattr(lines, "LINES_PER_PAGE", 3)
    omar = make.omar()
    moment = clock.now()
    for n in range(4):
        given = {"kind": Kind.SIGN_OUT, "actor": f"user:{omar.pk}", "result": "ok"}
        add_row(at=moment, target=f"page:{n}", **given)
        about = {"kind": Kind.SIGN_IN, "actor": "stranger:ab", "result": "wrong code"}
        add_row(at=moment, target=f"user:{omar.pk}", **about)
        LogEntry.objects.create(
            action_time=moment, user=omar, action_flag=2, object_repr=f"row {n}"
        )
    address, seen = f"{PAGE}?person={omar.pk}&since=2020-01-01", []
    while address:
        page = ada.get(address)
        seen += [(line.kind, line.target) for line in page.context["lines"]]
        address = page.context["older"] and PAGE + page.context["older"]
    logged = {("Administration", f"row {n}") for n in range(4)}
    assert {each for each in seen if each[0] == "Administration"} == logged
    assert [each[0] for each in seen].count("Sign-out") == 4
    assert [each for each in seen if each[0] == "Sign-in"].count(("Sign-in", "Omar")) == 4


def test_a_page_costs_the_same_however_much_happened(ada):
    omar = make.omar()
    make.act(workflow.route, make.filed(), omar, to=make.streets())
    ada.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        ada.get(PAGE)
    for n in range(60):
        record(n, actor=f"user:{omar.pk}")
        LogEntry.objects.create(user=omar, action_flag=2, object_repr="a row")
    make.act(workflow.route, make.filed(), omar, to=make.streets())
    with CaptureQueriesContext(connection) as many:
        page = ada.get(PAGE)
    assert len(page.context["lines"]) == 50
    # one query for the names of people, which were not needed before
    assert len(many) <= len(few) + 1
    assert len(many) <= 15


def changed_by_form(client, row, **given):
    page = reverse(f"admin:city_{row._meta.model_name}_change", args=[row.pk])
    form = fields(client.get(page)) | given
    answer = client.post(page, form)
    assert answer.status_code == 302, answer.context["errors"]


def test_a_change_of_a_setting_shows_the_old_and_the_new_value(ada):
    row = make.pothole()
    before = row.target_days
    changed_by_form(ada, row, target_days=before + 2, department=make.water().pk)
    changed_by_form(ada, row, target_days=before)
    page = ada.get(PAGE, {"kind": "administration"})
    last, first = page.context["lines"]
    target = "Target (business days)"
    assert last.values == [(target, str(before + 2), str(before))]
    streets, water = str(make.streets()), str(make.water())
    assert set(first.values) == {
        ("Department", streets, water),
        (target, str(before), str(before + 2)),
    }
    assert (last.what, last.target) == ("", str(row))
    assert last.history == reverse("admin:city_category_history", args=[row.pk])
    assert f'href="{last.history}"' in page.text


def test_values_of_many_changes_cost_one_query_for_each_table(ada):
    row = make.pothole()
    other = Category.objects.active().exclude(pk=row.pk).first()
    to = [make.water().pk, make.streets().pk]
    changed_by_form(ada, row, department=to[0])
    ada.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        ada.get(PAGE)
    for n in range(4):
        changed_by_form(ada, row, department=to[(n + 1) % 2])
        changed_by_form(ada, other, target_days=11 + n, department=to[n % 2])
    ada.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        page = ada.get(PAGE)
    changes = [line for line in page.context["lines"] if line.kind == "Category"]
    assert [len(line.values) for line in changes] == [2, 1] * 4 + [1]
    assert len(many) == len(few)


def test_an_entry_that_wrote_no_version_shows_no_values(ada):
    omar, row = make.omar(), make.pothole()
    changed_by_form(ada, row, target_days=row.target_days + 1)
    LogEntry.objects.log_actions(omar.pk, [row], 2, "Looked at it.")
    found = ada.get(PAGE, {"person": omar.pk, "kind": "administration"}).context["lines"]
    assert [(line.what, line.values) for line in found] == [("Looked at it.", [])]


def test_an_undo_names_what_was_undone(ada):
    omar, row = make.omar(), make.filed()
    event = make.act(workflow.route, row, omar, to=make.streets())
    workflow.undo(row, event=event, by=omar)
    newest = ada.get(PAGE, {"kind": "requests"}).context["lines"][0]
    assert newest.what == f"Omar undid “{event.get_verb_display()}”."
    assert newest.target == row.reference
    assert newest.url == reverse("admin:requests_app_servicerequest_change", args=[row.pk])


def test_an_invitation_names_the_account_and_no_address(ada):
    person = User(email="nora@example.com", first_name="Nora")
    invitation = invitations.invite_user(person, {}, by=make.ada())
    LogEntry.objects.log_actions(make.ada().pk, [invitation], 1, "Invited.")
    page = ada.get(PAGE)
    sent = next(line for line in page.context["lines"] if line.kind == "Invitation sent")
    account = reverse("admin:accounts_user_change", args=[person.pk])
    assert (sent.target, sent.url) == ("Nora", account)
    assert "nora@example.com" not in page.text


@pytest.mark.parametrize(
    ("target", "words", "leads_to"),
    [
        ("page:desk", "The page “desk”", ""),
        ("page:job_photos", "The page “job photos”", ""),
        ("page:unknown", "An unknown page", ""),
        ("sheet:staff.csv", "The file staff.csv", ""),
        ("data:link", "The data behind a private link", ""),
        ("key:7", "API key 7", "/7/change/"),
        ("webhook:7", "Webhook 7", "/7/change/"),
        ("draft:7", "Draft of the routing rules: 7", "/7/change/"),
        ("request:SM-7K2Q-9M4F", "SM-7K2Q-9M4F", "?q=SM-7K2Q-9M4F"),
    ],
)
def test_a_target_is_told_in_words(ada, target, words, leads_to):
    record(-1, target=target)
    line = ada.get(PAGE).context["lines"][0]
    assert line.target == words
    assert line.url.endswith(leads_to)


def test_keys_drafts_and_webhooks_are_named_as_long_as_they_are_there(ada):
    draft = RuleDraft.objects.create(name="Trees first")
    key = ApiKey(name="Fix It", verbs=["file"])
    key.generate_secret()
    key.save()
    record(-1, kind=Kind.RULES_PUBLISHED, actor=f"key:{key.pk}", target=f"draft:{draft.pk}")
    line = ada.get(PAGE).context["lines"][0]
    assert (line.who, line.target) == ("API key Fix It", "Draft of the routing rules: Trees first")


def test_the_publication_of_rules_tells_its_reason(ada):
    draft = RuleDraft.objects.create(name="Trees first", why="A storm is coming.")
    record(-1, kind=Kind.RULES_PUBLISHED, actor=f"user:{make.ada().pk}", target=f"draft:{draft.pk}")
    record(-2, kind=Kind.RULES_PUBLISHED, target="draft:999999")
    gone, published = ada.get(PAGE).context["lines"][:2]
    assert (published.kind, published.what) == ("Routing rules published", "A storm is coming.")
    assert gone.what == ""


def newest(client, count, **filters):
    return [line[1:] for line in told(client.get(PAGE, filters))[:count]]


def test_an_act_on_an_api_key_is_told_once(ada):
    listed, add = (reverse(f"admin:requests_app_apikey_{noun}") for noun in ("changelist", "add"))
    ada.post(add, {"name": "City app", "verbs": ["file"], "per_minute": "60"})
    key = ApiKey.objects.get()
    page = reverse("admin:requests_app_apikey_change", args=[key.pk])
    ada.post(page, {"name": "City app", "verbs": ["file"], "per_minute": "90"})
    ada.post(listed, {"action": "rotate", "_selected_action": key.pk})
    ada.post(listed, {"action": "revoke", "_selected_action": key.pk, "post": "yes"})
    acts = ["Revoked.", "Made a new key.", "Changed Requests per minute.", "Issued."]
    assert newest(ada, 5)[:4] == [("API key", act, "City app") for act in acts]
    assert newest(ada, 5)[4][0] == "Sign-in"
    assert newest(ada, 5, kind="administration") == newest(ada, 4)
    assert newest(ada, 5, kind=Kind.KEY_REVOKED) == [("API key revoked", "", "API key City app")]
    call_command("create_api_key", "By a script", stdout=StringIO())
    assert newest(ada, 1) == [("API key issued", "", "API key By a script")]


def test_an_act_on_a_webhook_is_told_once(ada):
    webhook = Webhook.objects.create(name="Work orders", url="https://example.com/")
    page = reverse("admin:open311_webhook_changelist")
    ada.post(page, {"action": "make_secret", "_selected_action": webhook.pk})
    assert newest(ada, 1) == [("Webhook", "Made a new secret.", str(webhook))]
    assert newest(ada, 2)[1][0] == "Sign-in"


def test_an_invitation_is_told_once(ada):
    form = {"first_name": "Nora", "last_name": "Ito", "email": "nora@example.com", "is_agent": "on"}
    answer = ada.post(reverse("admin:accounts_invitation_add"), form)
    assert answer.status_code == 302, answer.context["errors"]
    kinds = [line[0] for line in newest(ada, 50)]
    assert kinds.count("Invitation sent") == 1
    assert "Invitation" not in kinds
    assert [line[0] for line in newest(ada, 50, kind="administration")] == ["Invitation"]


def test_what_was_done_to_a_person_stays_in_their_own_list(ada):
    omar = make.omar()
    record(1, kind=Kind.FACTOR_RESET, actor=f"user:{make.ada().pk}", target=f"user:{omar.pk}")
    kinds = [line[0] for line in newest(ada, 50, person=omar.pk)]
    assert str(Kind.FACTOR_RESET.label) in kinds
    assert str(Kind.FACTOR_RESET.label) not in [line[0] for line in newest(ada, 50)]


def test_the_number_of_the_http_request_is_the_rows_tooltip(ada):
    record(-1, request_id="7" * 32)
    text = ada.get(PAGE).text
    assert f'<tr title="HTTP request {"7" * 32}">' in text
    assert text.count("7" * 32) == 1


def test_dates_the_wrong_way_around_are_named(ada):
    page = ada.get(PAGE, {"since": "2026-12-05", "until": "2026-12-01"})
    assert "From (12/05/2026) is later than To (12/01/2026)." in page.text
    assert "Nothing matches" not in page.text


def test_a_role_is_named_with_its_department(ada):
    wes = make.wes()
    found = told(ada.get(PAGE, {"person": wes.pk, "kind": "role.given"}))
    assert found == [
        ("A command on the server", "Role given", "Crew member, Street Services", "Wes")
    ]


@pytest.mark.parametrize("filters", [{}, {"kind": "sign_in"}, {"person": True}])
def test_each_table_is_read_by_an_index_in_its_order(filters):
    plan_as_if_large("bitmapscan")
    wanted = filters | ({"person": make.omar()} if "person" in filters else {})
    after = lines.ListPosition(clock.now(), 1, 5)
    with CaptureQueriesContext(connection) as asked:
        lines.find_newest(**wanted)
        lines.find_newest(**wanted, after=after)
    assert len(asked) >= 2
    for query in asked:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert re.search(r"Index (Only )?Scan( Backward)? using \w+_by_\w+ on ", plan), plan
        assert not re.search(r"(?<!Incremental )Sort  ", plan), plan


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01,9,1", "2026-13-01T10:00:00+00:00,1,1", "2026-01-01T10:00:00,1,1"]
)
def test_a_place_that_is_none_is_the_beginning(ada, after):
    answer = ada.get(PAGE, {"after": after})
    assert (answer.status_code, answer.context["newest"]) == (200, "")


def test_filters_that_are_none_are_said_and_show_nothing(ada):
    answer = ada.get(PAGE, {"since": "soon", "kind": "coffee", "person": "0"})
    assert answer.status_code == 200
    assert answer.context["lines"] == []
    assert answer.text.count("errorlist") == 3
    assert "Correct the filters marked above" in answer.text


def test_the_last_day_of_the_calendar_is_no_day_to_filter_by(ada):
    answer = ada.get(PAGE, {"until": "9999-12-31"})
    assert answer.status_code == 200
    assert "Enter a date, such as 11/30/2026." in answer.text


def test_only_administrators_read_it():
    clerk = make.user("cleo", is_staff=True)
    assert signed_in(clerk).get(PAGE).status_code == 403
    assert signed_in(make.omar()).get(PAGE).status_code in {302, 403}
    assert signed_in(make.ada()).get(reverse("admin:index")).text.count(PAGE) >= 1
    assert PAGE not in signed_in(clerk).get(reverse("admin:index")).text
