"""Tests for changing secrets, keys and passwords while links and sessions stay valid."""

import os
import re
import signal
from io import StringIO
from itertools import pairwise
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from allauth.mfa.models import Authenticator
from botocore.exceptions import ClientError
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts import invitations
from accounts.adapter import StaffMFAAdapter
from accounts.models import User
from notifications import delivery as sending
from notifications.models import Delivery
from requests_app.models import AccessLink
from tests import make
from tests.accounts.test_second_factor import with_app
from tests.bucket import APPLICATION_KEYS
from tests.notifications.test_delivery import receipt
from tests.test_deploy import program
from tests.visitors import browser
from tools.embedded import Valkey
from tools.embedded.child import await_that
from tools.embedded.postgres import DATABASE, USER
from tools.stack import objects, ports
from tools.stack.pooler import Pooler

pytestmark = pytest.mark.django_db


@pytest.fixture
def change_the_secrets(settings):
    def change(keep=True):
        older = [settings.LINK_SECRET] if keep else []
        settings.LINK_SECRET_FALLBACKS = older
        settings.LINK_SECRET = "another one " * 5
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "yet another one " * 5

    return change


def test_a_link_in_a_mail_that_waited_meanwhile_opens(change_the_secrets):
    delivery = receipt()
    change_the_secrets()
    sending.send_delivery(delivery.pk)
    path = re.search(r"/requests/[\w-]+/mine/\w+/", mail.outbox[0].body)[0]
    assert browser().get(path).status_code == 200


def test_a_link_that_was_sent_before_opens_whatever_became_of_the_secret(change_the_secrets):
    link = receipt().link
    path = reverse("private_link", args=[link.service_request.reference, link.token])
    change_the_secrets(keep=False)
    assert browser().get(path).status_code == 200


def test_a_new_link_is_made_with_the_new_secret(change_the_secrets):
    row = make.filed()
    nonce = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
    before = AccessLink(nonce=nonce, service_request=row).token
    change_the_secrets()
    assert AccessLink(nonce=nonce, service_request=row).token != before


def test_without_the_old_secret_no_mail_goes_out_with_a_dead_link(change_the_secrets):
    delivery = receipt()
    change_the_secrets(keep=False)
    with pytest.raises(LookupError, match="LINK_SECRET_FALLBACKS"):
        sending.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DUE


def test_an_invitation_opens(change_the_secrets):
    guest = User(email="new@example.org", first_name="New")
    address = invitations.build_invitation_url(invitations.invite_user(guest, {}, by=make.ada()))
    change_the_secrets()
    assert browser().get(address.removeprefix("http://testserver")).status_code == 200


def test_a_second_factor_is_unlocked(change_the_secrets):
    locked = StaffMFAAdapter().encrypt("what the app knows")
    change_the_secrets()
    assert StaffMFAAdapter().decrypt(locked) == "what the app knows"


def test_who_is_signed_in_stays_so(change_the_secrets, client):
    client.force_login(make.omar())
    change_the_secrets()
    assert client.get("/desk/").status_code == 200


def test_second_factors_do_without_the_old_secret_once_they_are_locked_again(
    change_the_secrets, settings
):
    _client, secret = with_app(make.omar())
    change_the_secrets()
    call_command("relock_second_factors", stdout=StringIO())
    settings.LINK_SECRET_FALLBACKS = []
    app, codes = Authenticator.objects.order_by("type").reverse()
    assert StaffMFAAdapter().decrypt(app.data["secret"]) == secret
    assert StaffMFAAdapter().decrypt(codes.data["seed"])


def test_a_second_factor_that_no_secret_opens_is_named_and_left_as_it_is(change_the_secrets):
    with_app(make.omar())
    before = list(Authenticator.objects.values_list("pk", "data"))
    change_the_secrets(keep=False)
    with pytest.raises(CommandError, match="factor of omar can't be opened"):
        call_command("relock_second_factors")
    assert list(Authenticator.objects.values_list("pk", "data")) == before


NEW = "a new secret " * 5


@pytest.fixture
def work_at(settings, client):
    """Return a function that opens the desk with a given secret and fallbacks.

    The function returns the status code.
    """
    client.force_login(make.omar())

    def work(name, secret, fallbacks):
        setattr(settings, name, secret)
        setattr(settings, f"{name}_FALLBACKS", fallbacks)
        return client.get("/desk/").status_code

    return work


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINK_SECRET"])
def test_two_rounds_through_all_processes_sign_nobody_out(work_at, settings, client, name):
    old = getattr(settings, name)
    rounds = [(old, []), (old, [NEW]), (NEW, [old])]
    for before, after in pairwise(rounds):
        for process in (before, after, before):  # old and new processes run side by side
            assert work_at(name, *process) == 200
        work_at(name, *after)
        client.force_login(make.omar())  # a user who signs in during the change
        assert work_at(name, *before) == work_at(name, *after) == 200
    assert work_at(name, NEW, []) == 200  # a day later, after all earlier sessions have expired


def test_a_single_round_would_sign_people_out(work_at, settings, client):
    old = settings.SECRET_KEY
    assert work_at("SECRET_KEY", NEW, [old]) == 200
    client.force_login(make.omar())
    assert work_at("SECRET_KEY", old, []) == 302


def test_another_password_of_valkey_signs_nobody_out(settings, client, own_folder):
    def use(url):
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": url}}
        assert client.get("/desk/").status_code == 200
        cache.set("kept", True)
        assert cache.get("kept")

    client.force_login(make.omar())
    with (
        Valkey(own_folder / "changed", durable=False) as server,
        redis.Redis.from_url(server.keeper_url) as keeper,
    ):
        password = urlsplit(server.url).password
        use(server.url)
        keeper.execute_command("ACL", "SETUSER", "cache", ">another-one")
        changed = server.url.replace(password, "another-one")
        use(server.url)
        use(changed)
        keeper.execute_command("ACL", "SETUSER", "cache", f"<{password}")
        use(changed)
        with redis.Redis.from_url(server.url) as old, pytest.raises(redis.AuthenticationError):
            old.get("s311:x")


@pytest.mark.stack
def test_another_password_of_pgbouncer_ends_no_connection(own_folder):
    name, server = program("pgbouncer", "pgbouncer"), connection.settings_dict
    where = {"host": "127.0.0.1", "port": ports.free(["pooler"])["pooler"], "user": USER}
    where |= {"dbname": DATABASE, "autocommit": True}
    place = (server["HOST"], server["PORT"] or 5432)
    folder, log = own_folder / "changed_pooler", own_folder / "log"
    child = Pooler(name, folder, where["port"], place, "old", log).launch()
    try:
        child.wait_until(lambda: b"process up" in child.log.read_bytes(), 30)
        with psycopg.connect(**where, password="old") as before:
            # PgBouncer reloads a file if its time (in seconds), size or inode has changed.
            (folder / "changed.txt").write_text(f'"{USER}" "new"\n')
            (folder / "changed.txt").chmod(0o644)
            (folder / "changed.txt").rename(folder / "users.txt")
            os.kill(child.pid, signal.SIGHUP)
            child.wait_until(lambda: is_let_in(where, "new"), 30)
            assert before.execute("SELECT 1").fetchone() == (1,)
            assert not is_let_in(where, "old")
    finally:
        child.stop()


@pytest.mark.stack
def test_another_key_of_s3_works_before_the_old_one_ends(bucket, s3_server):
    changed = {"accessKey": "application-2", "secretKey": "only-for-tests-three"}

    def may_list(key):
        store = objects.open_bucket(s3_server.endpoint, key["accessKey"], key["secretKey"])
        try:
            return list(store.objects.limit(1)) is not None
        except ClientError as refused:
            if refused.response["Error"]["Code"] not in {"InvalidAccessKeyId", "AccessDenied"}:
                raise
            return False

    try:
        s3_server.change_keys([APPLICATION_KEYS, changed])
        await_that(lambda: may_list(changed), 30, "the new key is refused")
        assert may_list(APPLICATION_KEYS)
        s3_server.change_keys([changed])
        await_that(lambda: not may_list(APPLICATION_KEYS), 30, "the old key is not refused")
        assert may_list(changed)
    finally:
        s3_server.change_keys([APPLICATION_KEYS])
        await_that(lambda: may_list(APPLICATION_KEYS), 30, "the old key is refused")


def is_let_in(where, password) -> bool:
    try:
        psycopg.connect(**where, password=password).close()
    except psycopg.OperationalError:
        return False
    return True
