"""The administration of staff, and that every page of the administration opens."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Role, User
from tests import make

pytestmark = pytest.mark.django_db

SCREENS = sorted(f"{m._meta.app_label}_{m._meta.model_name}" for m in admin.site._registry)


@pytest.fixture
def ada(client):
    client.force_login(make.ada())
    return client


def test_an_admin_adds_a_crew_member_who_can_sign_in(ada):
    department = make.streets()
    person = {"username": "nora", "email": "nora@example.com", "first_name": "Nora"}
    password = {"usable_password": "true", "password1": "a-long-one-7", "password2": "a-long-one-7"}
    inline = {
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-department": department.pk,
        "memberships-0-role": Role.MEMBER,
    }
    address = reverse("admin:accounts_user_add")
    assert ada.get(address).status_code == 200
    answer = ada.post(address, person | password | inline)
    assert answer.status_code == 302
    nora = User.objects.get(username="nora")
    assert nora.check_password("a-long-one-7")
    assert not nora.is_staff


@pytest.mark.parametrize("screen", SCREENS)
def test_every_list_and_every_empty_form_opens(ada, screen):
    assert ada.get(reverse(f"admin:{screen}_changelist"), follow=True).status_code == 200
    may_add = ada.get(reverse(f"admin:{screen}_add")).status_code
    assert may_add in (200, 403)


def test_rights_and_addresses_are_kept_in_one_place_only(ada):
    page = ada.get(reverse("admin:index")).content.decode()
    assert "auth/group" not in page
    assert "emailaddress" not in page
