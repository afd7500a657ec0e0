"""Tests for issuing, changing and revoking keys; each secret is shown once."""

import re
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.urls import reverse

from lib import clock
from requests_app.models import ApiKey
from requests_app.models.api_key import FRONT_END_VERBS
from requests_app.status import Verb
from tests import make
from tests.accounts.security_log.reading import rows
from tests.city.test_admin import fields

pytestmark = pytest.mark.django_db
LIST = reverse("admin:requests_app_apikey_changelist")


def secret_in(response):
    return re.search(r">(s311_[\w-]{43})<", response.text)[1]


def test_a_new_key_is_shown_once(ada):
    form = {"name": "City app", "verbs": ["file", "comment"], "per_minute": "60"}
    response = ada.post(reverse("admin:requests_app_apikey_add"), form)
    secret = secret_in(response)
    assert "no-store" in response["Cache-Control"]
    key = ApiKey.objects.find_by_secret(secret)
    assert (key.name, key.verbs) == ("City app", ["file", "comment"])
    assert secret not in ada.get(LIST).text
    assert secret not in ada.get(reverse("admin:requests_app_apikey_change", args=[key.pk])).text


def test_a_scope_that_makes_no_sense_is_refused_with_words(ada):
    form = {"name": "Both", "verbs": ["file", "start"], "per_minute": "60"}
    response = ada.post(reverse("admin:requests_app_apikey_add"), form)
    assert "A department&#x27;s key can start, hold and finish work." in response.text
    assert not ApiKey.objects.exists()


def test_a_rotation_shows_the_new_key_once_and_says_how_long_the_old_one_is_good(ada):
    key = make.front_end()
    response = ada.post(LIST, {"action": "rotate", "_selected_action": [key.pk]})
    assert ApiKey.objects.find_by_secret(secret_in(response)) == key
    assert ApiKey.objects.find_by_secret(make.secret_of(key.name)) == key
    assert "7 more days" in response.text
    assert LogEntry.objects.get().object_id == str(key.pk)


def page_of(key):
    return reverse("admin:requests_app_apikey_change", args=[key.pk])


def test_revoking_asks_first_and_names_each_key_its_holder_and_its_last_use(ada):
    keys = [make.front_end(last_used_at=clock.now()), make.department_system()]
    chosen = {"action": "revoke", "_selected_action": [key.pk for key in keys]}
    answer = ada.post(LIST, chosen)
    words = " ".join(answer.text.split())
    assert "Revoke 2 API keys?" in words
    assert "FixMyStreet</b> <code>s311_FixM…" in words
    assert "Held by a front end for residents" in words
    assert f"Last used: {clock.format_relative_datetime(clock.now())[:6]}" in words
    assert f"Held by the system of {make.streets()}" in words
    assert "Last used: never" in words
    assert f'<a href="{LIST}" class="button cancel-link">Back</a>' in words
    assert not ApiKey.objects.exclude(revoked_at=None).exists()
    assert ada.get(LIST, chosen | {"post": "yes"}).status_code in {200, 302}
    assert not ApiKey.objects.exclude(revoked_at=None).exists(), "by POST only"
    answer = ada.post(LIST, chosen | {"post": "yes"}, follow=True)
    assert "2 keys revoked." in answer.text
    assert not ApiKey.objects.filter(revoked_at=None).exists()
    assert "Choose a key that isn&#x27;t revoked" in ada.post(LIST, chosen, follow=True).text


def test_revoking_is_at_once_and_for_good(ada):
    key = make.front_end()
    ada.post(LIST, {"action": "revoke", "_selected_action": [key.pk], "post": "yes"})
    assert ApiKey.objects.find_by_secret(make.secret_of(key.name)) is None
    assert ada.post(page_of(key), {"name": "Again"}).status_code == 403
    assert ada.post(reverse("admin:requests_app_apikey_delete", args=[key.pk])).status_code == 403


def test_a_keys_page_tells_its_state_in_the_lists_words(ada):
    key = make.front_end()
    ApiKey.objects.update(verbs=[Verb.FILE])
    assert ">In use</span>" in ada.get(page_of(key)).text
    chosen = {"CHANGE_FORM-action": "rotate", "_selected_action": key.pk}
    assert ApiKey.objects.find_by_secret(secret_in(ada.post(page_of(key), chosen))) == key
    assert "Rotated: the key before this one works until" in ada.get(page_of(key)).text
    with clock.freeze_time(clock.now() + key.GRACE_PERIOD):
        assert "Rotated" not in ada.get(page_of(key)).text
    chosen["CHANGE_FORM-action"] = "revoke"
    asked = ada.post(page_of(key), chosen)
    assert "Revoke 1 API key?" in asked.text
    assert f'<a href="{page_of(key)}" class="button' in asked.text
    after = ada.post(page_of(key), chosen | {"post": "yes"}, follow=True)
    words = " ".join(after.text.split())
    assert re.search(r">Revoked</span> (today|yesterday) [\d:]+ [ap]m by Ada", words)
    assert '<div class="readonly">Report</div>' in words
    assert ">file<" not in words
    assert "CHANGE_FORM-action" not in words


def test_a_key_that_a_script_revoked_names_nobody(ada):
    key = make.front_end()
    key.revoke()
    assert re.search(r">Revoked</span> (today|yesterday) [\d:]+ [ap]m<", ada.get(page_of(key)).text)


def test_a_key_is_changed_on_its_page_and_the_log_says_so(ada):
    key = make.front_end()
    form = fields(ada.get(page_of(key))) | {"per_minute": "90", "_save": "Save"}
    assert ada.post(page_of(key), form).status_code == 302
    key.refresh_from_db()
    assert (key.per_minute, set(key.verbs)) == (90, set(FRONT_END_VERBS))
    assert rows()[-1][0] == "api_key.changed"


def test_keys_are_the_admins_alone(client):
    client.force_login(make.user("cleo", is_staff=True))
    assert client.get(LIST).status_code == 403


def test_a_script_issues_a_key():
    out = StringIO()
    call_command("create_api_key", "Work orders", department="street-services", stdout=out)
    key = ApiKey.objects.find_by_secret(out.getvalue().strip())
    assert key.department == make.streets()
    assert set(key.verbs) == {Verb.START, Verb.HOLD, Verb.COMPLETE}


def test_a_script_issues_a_key_for_one_category():
    out = StringIO()
    call_command("create_api_key", "Trees", verb=["file"], service=["pothole"], stdout=out)
    key = ApiKey.objects.find_by_secret(out.getvalue().strip())
    assert key.is_for_category(make.pothole().pk)
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
