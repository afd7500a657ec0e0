"""Tests for the admin of staff, and for all pages of the admin."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Role, User
from tests import make

pytestmark = pytest.mark.django_db

SCREENS = sorted(f"{m._meta.app_label}_{m._meta.model_name}" for m in admin.site._registry)


def test_an_admin_adds_a_crew_member_who_can_sign_in(ada):
    department = make.streets()
    person = {"username": "nora", "email": "nora@example.com", "first_name": "Nora"}
    password = {
        "usable_password": "true",
        "password1": "nine pelicans in a row",
        "password2": "nine pelicans in a row",
    }
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
    assert nora.check_password("nine pelicans in a row")
    assert not nora.is_staff


@pytest.mark.parametrize(
    ("username", "email", "words"),
    [
        ("nora", "Omar@Example.ORG", "Omar has an account with this address already."),
        ("OMAR", "nora@example.org", "A user with that username already exists."),
        ("nora", "n\u0131ra@example.org", "letters such as \u00f1 before the @"),
    ],
)
def test_an_account_that_exists_already_is_named_in_the_form(ada, username, email, words):
    make.omar()
    given = {"username": username, "email": email, "usable_password": "false"}
    forms = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    answer = ada.post(reverse("admin:accounts_user_add"), given | forms)
    assert answer.status_code == 200
    assert words in answer.text
    assert not User.objects.filter(username="nora").exists()


LISTS_ALONE = {"accounts_securityrecord"}  # models without a form


@pytest.mark.parametrize("screen", SCREENS)
def test_every_list_and_every_empty_form_opens(ada, screen):
    assert ada.get(reverse(f"admin:{screen}_changelist"), follow=True).status_code == 200
    if screen not in LISTS_ALONE:
        assert ada.get(reverse(f"admin:{screen}_add")).status_code in (200, 403)


def asked_by(person):
    request = RequestFactory().get("/admin/")
    request.user = person
    return request


def fields_of(screen, request):
    """Return the editable fields of an admin page and its inlines."""
    forms = [screen.get_form(request)] if screen.has_change_permission(request) else []
    for inline in screen.get_inline_instances(request):
        if inline.has_change_permission(request):
            forms.append(inline.get_formset(request).form)
    return [(form._meta.model, name, field) for form in forms
            for name, field in form.base_fields.items()]  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_every_field_that_may_be_edited_is_explained_in_place(screen):
    request = asked_by(make.ada())
    label, _underscore, name = screen.rpartition("_")
    model = next(m for m in admin.site._registry
                 if (m._meta.app_label, m._meta.model_name) == (label, name))  # fmt: skip
    fields = fields_of(admin.site._registry[model], request)
    assert [(str(of), name) for of, name, field in fields if not field.help_text] == []


def test_the_front_page_says_in_a_line_what_each_list_is_for(ada):
    parts = ada.get(reverse("admin:index")).context["app_list"]
    assert [part["name"] for part in parts][:2] == ["People", "The city"]
    shown = [model for part in parts for model in part["models"]]
    assert [model["object_name"] for model in shown if not model.get("about")] == []
    assert len(shown) == len({model["admin_url"] for model in shown})


def test_rights_and_addresses_are_kept_in_one_place_only(ada):
    page = ada.get(reverse("admin:index")).text
    assert "auth/group" not in page
    assert "emailaddress" not in page


@pytest.mark.parametrize("screen", SCREENS)
def test_no_list_and_no_page_shows_the_name_of_a_column(screen):
    """Every field has a label that differs from its column's name."""
    label, _underscore, name = screen.rpartition("_")
    model = next(m for m in admin.site._registry
                 if (m._meta.app_label, m._meta.model_name) == (label, name))  # fmt: skip
    shown = admin.site._registry[model]
    request = asked_by(make.ada())
    for each in [shown, *shown.get_inline_instances(request)]:
        listed = getattr(each, "list_display", ())
        names = {*flatten_fieldsets(each.get_fieldsets(request)), *listed}
        fields = [field for field in each.model._meta.concrete_fields if field.name in names]
        raw = {field.name for field in fields if not isinstance(field.verbose_name, Promise)}
        assert raw - {"id"} == set(), each
    assert isinstance(model._meta.verbose_name, Promise)
