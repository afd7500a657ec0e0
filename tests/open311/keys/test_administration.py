"""An admin issues keys, sees each once, changes and revokes them."""

import re
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.urls import reverse

from requests_app.models import ApiKey
from requests_app.status import Verb
from tests import make

pytestmark = pytest.mark.django_db
LIST = reverse("admin:requests_app_apikey_changelist")


@pytest.fixture
def ada(client):
    client.force_login(make.ada())
    return client


def secret_in(response):
    return re.search(r">(s311_[\w-]{43})<", response.content.decode())[1]


def test_a_new_key_is_shown_once(ada):
    form = {"name": "City app", "verbs": ["file", "comment"], "per_minute": "60"}
    response = ada.post(reverse("admin:requests_app_apikey_add"), form)
    secret = secret_in(response)
    assert "no-store" in response["Cache-Control"]
    key = ApiKey.objects.with_secret(secret)
    assert (key.name, key.verbs) == ("City app", ["file", "comment"])
    assert secret not in ada.get(LIST).content.decode()
    assert (
        secret
        not in ada.get(reverse("admin:requests_app_apikey_change", args=[key.pk])).content.decode()
    )


def test_a_scope_that_makes_no_sense_is_refused_with_words(ada):
    form = {"name": "Both", "verbs": ["file", "start"], "per_minute": "60"}
    response = ada.post(reverse("admin:requests_app_apikey_add"), form)
    assert "A department&#x27;s key can start, hold and finish work." in response.content.decode()
    assert not ApiKey.objects.exists()


def test_a_rotation_shows_the_new_key_once_and_says_how_long_the_old_one_is_good(ada):
    key = make.front_end()
    response = ada.post(LIST, {"action": "rotate", "_selected_action": [key.pk]})
    assert ApiKey.objects.with_secret(secret_in(response)) == key
    assert ApiKey.objects.with_secret(make.secret_of(key.name)) == key
    assert "7 more days" in response.content.decode()
    assert LogEntry.objects.get().object_id == str(key.pk)


def test_revoking_is_at_once_and_for_good(ada):
    key = make.front_end()
    ada.post(LIST, {"action": "revoke", "_selected_action": [key.pk]})
    assert ApiKey.objects.with_secret(make.secret_of(key.name)) is None
    change = reverse("admin:requests_app_apikey_change", args=[key.pk])
    assert ada.post(change, {"name": "Again"}).status_code == 403
    assert ada.post(reverse("admin:requests_app_apikey_delete", args=[key.pk])).status_code == 403


def test_keys_are_the_admins_alone(client):
    client.force_login(make.user("cleo", is_staff=True))
    assert client.get(LIST).status_code == 403


def test_a_script_issues_a_key():
    out = StringIO()
    call_command("create_api_key", "Work orders", department="street-services", stdout=out)
    key = ApiKey.objects.with_secret(out.getvalue().strip())
    assert key.department == make.streets()
    assert set(key.verbs) == {Verb.START, Verb.HOLD, Verb.COMPLETE}


def test_a_script_issues_a_key_for_one_category():
    out = StringIO()
    call_command("create_api_key", "Trees", verb=["file"], service=["pothole"], stdout=out)
    key = ApiKey.objects.with_secret(out.getvalue().strip())
    assert key.is_for(make.pothole().pk)
    assert list(key.services.all()) == [make.pothole()]


@pytest.mark.parametrize(
    "given",
    [
        {"department": "no-such"},
        {"service": ["no-such"]},
        {"verb": ["route"]},
        {"verb": ["file", "start"]},
    ],
)
def test_a_script_hears_what_is_wrong(given):
    with pytest.raises(CommandError):
        call_command("create_api_key", "Wrong", **given)
    assert not ApiKey.objects.exists()


def test_two_keys_are_not_called_the_same():
    make.front_end()
    with pytest.raises(CommandError, match="Another key has this name"):
        call_command("create_api_key", "FixMyStreet")
