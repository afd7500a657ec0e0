"""Tests for the security log's records of roles, data, settings and refusals."""

import logging
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Membership, Role
from city import maintenance
from city.models import Holiday
from city.pack import load_pack
from lib.security_log import Kind
from requests_app.status import ForgetReason
from tests import make
from tests.accounts.security_log.reading import rows, user
from tests.city.spreadsheets.test_spreadsheets import choose, confirm, csv, door
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


def roles_of(person):
    return [(kind, actor, target, result) for kind, actor, target, result
            in rows(Kind.ROLE_GIVEN, Kind.ROLE_REMOVED, Kind.ACCOUNT_OFF, Kind.ACCOUNT_ON)
            if target == user(person)]  # fmt: skip


def test_a_role_in_a_department_is_told_of_when_given_changed_and_taken():
    wes = make.wes()
    streets, water = make.streets(), make.water()
    row = wes.memberships.get()
    row.role = Role.SUPERVISOR
    row.save()
    row.save()  # changes nothing
    Membership.objects.filter(user=wes).delete()
    Membership.objects.create(user=wes, department=water)
    assert [(kind, actor, result) for kind, actor, _target, result in roles_of(wes)] == [
        ("role.given", "command", f"member department:{streets.pk}"),
        ("role.removed", "command", f"member department:{streets.pk}"),
        ("role.given", "command", f"supervisor department:{streets.pk}"),
        ("role.removed", "command", f"supervisor department:{streets.pk}"),
        ("role.given", "command", f"member department:{water.pk}"),
    ]


def test_a_sheet_of_staff_tells_who_gave_which_role(client):
    ada, omar = make.ada(), make.omar()
    client.force_login(ada)
    head = "email,first_name,last_name,agent,lead,admin,departments"
    line = f"{omar.email},Omar,,,yes,,water-resources"
    assert (
        confirm(client, type(omar), choose(client, type(omar), csv(head, line))).status_code == 302
    )
    told = {(kind, actor, result) for kind, actor, _target, result in roles_of(omar)}
    assert told >= {
        ("role.removed", user(ada), "agent"),
        ("role.given", user(ada), "lead"),
        ("role.given", user(ada), f"member department:{make.water().pk}"),
    }
    assert ("sheet.imported", user(ada), "sheet:staff.csv", "ok") in rows()


def test_an_account_that_is_turned_off_and_on_is_told_of():
    omar = make.omar()
    for is_active in (False, True):
        omar.is_active = is_active
        omar.save(update_fields=["is_active"])
    told = [kind for kind, *_rest in roles_of(omar)]
    assert told == ["role.given", "account.off", "account.on"]


def test_a_column_that_is_not_written_has_not_changed():
    omar = make.omar()
    omar.is_lead = True
    omar.save(update_fields=["last_login"])
    assert [result for *_rest, result in roles_of(omar)] == ["agent"]


def test_who_is_signed_in_and_refused_is_told_of_once_a_minute(settings):
    settings.RATE_LIMITS = {}
    wes = make.wes()
    client = signed_in(wes)
    assert [client.get(reverse("desk")).status_code for _ in range(3)] == [403] * 3
    assert browser().get(reverse("desk")).status_code == 302
    assert rows(Kind.REFUSED) == [("permission.refused", user(wes), "page:desk", "refused")]


def test_data_that_is_taken_out_and_deleted_is_told_of(client):
    ana = make.ana()
    row = make.filed(by=ana)
    mine = browser("ana")
    assert b"".join(mine.get(reverse("data_device_file")).streaming_content)
    assert mine.post(reverse("data_device_deletion"), {"what": "everything"}).status_code == 302
    omar = make.omar()
    other = make.filed(by=make.bob())
    desk = signed_in(omar)
    reason = next(value for value in ForgetReason.values if value != ForgetReason.ASKED)
    desk.post(reverse("desk_forgetting", args=[other.reference]), {"reason": reason})
    ada = make.ada()
    signed_in(ada).get(door(type(ada), "export"))
    exported = [(actor, target) for _kind, actor, target, _result in rows(Kind.DATA_EXPORTED)]
    assert exported[0][0].startswith("stranger:")
    assert [target for _actor, target in exported] == ["data:browser", "sheet:staff.csv"]
    assert exported[1][0] == user(ada)
    deleted = rows(Kind.DATA_DELETED)
    assert deleted[-1][1:3] == (user(omar), f"request:{other.reference}")
    assert row.reference not in str(deleted)


def test_a_change_in_the_administration_has_a_line_and_its_row_is_the_administrations(
    client, caplog
):
    caplog.set_level(logging.INFO, logger="security")
    ada = make.ada()
    client.force_login(ada)
    given = {"date": "2031-01-02", "name": "A day off"}
    answer = client.post(reverse("admin:city_holiday_add"), given)
    assert answer.status_code == 302, answer.context["errors"]
    day = Holiday.objects.get(name="A day off")
    page = reverse("admin:city_holiday_changelist")
    others = [Holiday.objects.create(date=f"2032-01-0{n}", name=f"Day {n}") for n in (1, 2)]
    chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in others]}
    client.post(page, chosen | {"post": "yes"})
    told = [(line.actor, line.target, line.result) for line in caplog.records
            if line.name == "security" and line.kind == "setting.changed"]  # fmt: skip
    assert told == [
        (user(ada), f"holiday:{day.pk}", "added"),
        *[(user(ada), f"holiday:{each.pk}", "deleted") for each in others],
    ]
    assert rows(Kind.SETTING_CHANGED) == []
    assert "A day off" not in caplog.text


def test_maintenance_is_told_of_although_nothing_is_written_meanwhile(caplog):
    caplog.set_level(logging.INFO, logger="security")
    call_command("maintenance", "on", stdout=StringIO())
    assert maintenance.is_read_only()
    wes = make.wes()
    signed_in(wes).get(reverse("desk"))
    call_command("maintenance", "off", stdout=StringIO())
    assert rows(Kind.READ_ONLY_ON, Kind.READ_ONLY_OFF, Kind.REFUSED) == [
        ("maintenance.on", "command", "", "ok"),
        ("maintenance.off", "command", "", "ok"),
    ]
    assert "permission.refused" in {line.kind for line in caplog.records if line.name == "security"}


def test_a_pack_that_is_loaded_is_told_of(settings):
    before = rows(Kind.PACK_LOADED)
    load_pack(settings.CITY_PACK)
    assert rows(Kind.PACK_LOADED) == [*before, ("pack.loaded", "command", "", "ok")]
