"""Tests for the layout of the admin's list of users next to its filters."""

import pytest

from accounts import invitations
from accounts.models import Role, User
from tests import make
from tests.visitors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
NAME = {"first_name": "Christopher", "last_name": "Hernandez-Montgomery"}
ROLES = {"is_agent": True, "is_lead": True, "is_staff": True}


def test_no_column_is_cut_off_on_a_wide_screen(page_at, live_server):
    ada = make.ada()
    person = User(email="christopher.hernandez@santamonica.gov", **NAME, **ROLES)
    departments = {make.streets(): Role.MEMBER, make.water(): Role.SUPERVISOR}
    invitations.invite_user(person, departments, by=ada)
    page = page_at(1440, 900)
    sign_in(page, live_server, ada)
    page.goto("/admin/accounts/user/")
    table, room = page.locator("#result_list").evaluate(
        "table => [table.scrollWidth, table.parentElement.clientWidth]"
    )
    assert table <= room
