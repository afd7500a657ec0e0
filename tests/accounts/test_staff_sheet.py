"""Tests for exporting and importing staff as a spreadsheet. New users are invited."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Invitation, Role, User
from notifications import delivery
from tests import make
from tests.city.spreadsheets.test_spreadsheets import choose, confirm, csv, door, sheet, told

pytestmark = pytest.mark.django_db

HEAD = "email,first_name,last_name,agent,lead,admin,departments"


@pytest.mark.parametrize("noun", ["export", "export_xlsx"])
def test_staff_taken_out_and_brought_in_changes_nothing(ada, noun):
    for person in (make.omar, make.wes, make.sue):
        person()
    taken = ada.get(door(User, noun))
    answer = choose(ada, User, taken.content)
    assert (answer.status_code, answer.context["outcome"].changed_count) == (200, 0), told(answer)
    assert answer.context["counts"]["unchanged"] == 4
    assert b"password" not in ada.get(door(User, "export")).content.lower()


def test_new_people_are_made_with_their_roles_and_invited(ada):
    line = "Nora@Example.com,Nora,Lind,yes,,,street-services:supervisor water-resources"
    shown = choose(ada, User, csv(HEAD, line))
    assert told(shown)["new"][0][0] == 2
    assert not User.objects.filter(email_normalized="nora@example.com").exists()
    assert confirm(ada, User, shown).status_code == 302
    nora = User.objects.get(email="nora@example.com")
    assert nora.is_agent
    assert nora.roles == {make.streets().pk: Role.SUPERVISOR, make.water().pk: Role.MEMBER}
    assert nora.invitation.state == Invitation.State.WAITING
    for pk in delivery.list_due_ids():
        delivery.send_delivery(pk)
    assert [each.to for each in mail.outbox] == [["nora@example.com"]]


def test_a_preview_mails_nobody(ada):
    choose(ada, User, csv(HEAD, "nora@example.com,Nora,Lind,yes,,,"))
    assert delivery.list_due_ids() == []


def test_roles_change_and_who_is_known_is_not_invited(ada):
    wes = make.wes()
    shown = choose(ada, User, csv("email,departments", "wes@example.org,water-resources:member"))
    assert told(shown)["changed"][0][2] == (
        ("Departments", "street-services:member", "water-resources:member"),
    )
    assert confirm(ada, User, shown).status_code == 302
    assert User.objects.get(pk=wes.pk).roles == {make.water().pk: Role.MEMBER}
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nowhere,N,,yes,,,", "is not an email address"),
        ("nora@example.com,N,,yes,,,atlantis", "no department “atlantis” in use"),
        ("nora@example.com,N,,yes,,,street-services:king", "must be a department"),
        ("nora@example.com,N,,maybe,,,", "must be yes or no"),
        ("ada@example.org,Ada,,yes,,no,", "you can't remove your own"),
        ("nora@example.com,N,,,,,\nNORA@example.com,N,,,,,", "is already on line 2"),
    ],
)
def test_a_wrong_line_is_told_in_plain_words(ada, line, words):
    answer = choose(ada, User, csv(HEAD, line))
    assert answer.status_code == 422
    assert any(words in reason for row in told(answer)["wrong"] for reason in row[2])


def test_who_has_work_is_not_switched_off_before_it_is_handed_over(ada):
    row = make.service_request(make.Status.ROUTED)
    make.act(make.workflow.assign, row, make.sue(), to=make.wes())
    answer = choose(ada, User, csv("email,in_use", "wes@example.org,no"))
    assert "It can't be turned off: Move 1 open request" in told(answer)["wrong"][0][2][0]
    page = ada.get(reverse("admin:accounts_user_change", args=[make.wes().pk]))
    form = page.context["adminform"].form
    data = {
        name: form[name].value() for name in form.fields if form[name].value() not in (None, False)
    }
    data |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    del data["is_active"]
    refused = ada.post(reverse("admin:accounts_user_change", args=[make.wes().pk]), data)
    assert refused.status_code == 200
    assert row.reference in refused.text
    assert "Assign it to someone else" in refused.text
    assert make.wes().is_active


def test_who_has_none_is_switched_off(ada):
    make.wes()
    shown = choose(ada, User, csv("email,in_use", "wes@example.org,no"))
    assert confirm(ada, User, shown).status_code == 302
    assert not User.objects.get(username="wes").is_active
    assert b"wes@" not in ada.get(door(User, "export")).content
    names = [row[0] for row in sheet(ada.get(door(User, "export_xlsx") + "?everything=1"))]
    assert "wes@example.org" in names


def test_only_an_administrator_brings_staff_in(client):
    client.force_login(make.user("clerk", is_staff=True))
    assert client.get(door(User, "import")).status_code == 403


def test_the_headings_of_the_page_and_names_of_departments_are_read(ada):
    """People do not have to know slugs and column names."""
    page = ada.get(door(User, "import")).text
    assert "Administrator" in page
    assert "street-services (Street Services)" in page
    assert "member, supervisor" in page
    cells = "nora@example.com;Nora;Oak;yes;Street Services: Supervisor, water resources"
    data = csv("Email address;First name;Last name;311 agent;Departments", cells)
    shown = choose(ada, User, data)
    assert shown.status_code == 200, told(shown)
    assert confirm(ada, User, shown).status_code == 302
    nora = User.objects.get(email="nora@example.com")
    assert nora.roles == {
        make.streets().pk: Role.SUPERVISOR, make.water().pk: Role.MEMBER,
    }  # fmt: skip


def test_an_unknown_department_or_role_is_told_with_what_may_be_given(ada):
    answer = choose(ada, User, csv("email,departments", "nora@example.com,Street Servces"))
    [(_line, _name, reasons)] = told(answer)["wrong"]
    assert "there is no department “Street Servces” in use; there are: " in reasons[0]
    assert "street-services" in reasons[0]
    answer = choose(ada, User, csv("email,departments", "nora@example.com,Street Services:king"))
    [(_line, _name, reasons)] = told(answer)["wrong"]
    assert "the roles are: member, supervisor" in reasons[0]
