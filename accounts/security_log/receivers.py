"""Signal receivers that record sign-ins and changes of accounts, roles and settings.

The signals of the tables cover every writer: the administration, a spreadsheet, the city's
provider, a command. `lib.security_log` finds the actor.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.backends import read_login
from accounts.models import Membership, User
from lib.security_log import Kind, format_user_id, record_action

FLAGS = {"is_superuser": "admin", "is_staff": "admin_site", "is_agent": "agent", "is_lead": "lead"}
_WATCHED_FIELDS = {*FLAGS, "is_active", "email"}
# Models whose changes in the administration are recorded by kinds of their own.
_MODELS_WITH_OWN_KINDS = {"user", "membership", "invitation", "apikey", "webhook"}


# Signing in


# The log's name by allauth's name, where the two differ.
_SIGN_IN_METHODS = {"mfa": "passkey", "socialaccount": "single sign-on"}


@receiver(user_logged_in)
def _record_sign_in(user, request=None, **_) -> None:
    """Record a sign-in with a result such as "ok by password and totp", or "ok" if unknown."""
    way = _format_sign_in_method(request, user) if request else ""
    result = f"ok by {way}" if way else "ok"
    record_action(Kind.SIGN_IN, format_user_id(user), target=format_user_id(user), result=result)


def _format_sign_in_method(request: HttpRequest, user: User) -> str:
    """Return a method such as "password and totp", or "" if allauth has no record."""
    second = ""
    for step in reversed(get_authentication_records(request, user)):
        if step["method"] == "mfa" and not step.get("passwordless"):
            second = second or f" and {step['type']}"
        else:
            return _SIGN_IN_METHODS.get(step["method"], step["method"]) + second
    return ""


@receiver(user_logged_out)
def _record_sign_out(user, **_) -> None:
    if user:
        record_action(Kind.SIGN_OUT, format_user_id(user), target=format_user_id(user))


@receiver(user_login_failed)
def _record_wrong_password(credentials, **_) -> None:
    """Record a failed sign-in; the target is the account of this username or address, or ""."""
    target = find_account_id(read_login(credentials))
    record_action(Kind.SIGN_IN, target=target, result="wrong password")


@receiver(account.login_code_rejected)
def _record_wrong_code(user, **_) -> None:
    """Record a wrong sign-in code. The target is like "user:3", "" for a user without a row."""
    record_action(Kind.SIGN_IN, target=format_user_id(user) if user.pk else "", result="wrong code")


def find_account_id(login: str) -> str:
    """Return the account with this username or address as the log names it, or ""."""
    found = User.objects.find_by_login(login)
    return format_user_id(found) if found else ""


@receiver(account.password_reset)
def _record_password_reset(user, **_) -> None:
    record_action(Kind.RESET_DONE, target=format_user_id(user))


def _is_recovery(authenticator: Authenticator) -> bool:
    return authenticator.type == Authenticator.Type.RECOVERY_CODES


@receiver([mfa.authenticator_added, mfa.authenticator_reset])
def _record_factor_added(user, authenticator, **_) -> None:
    """Record a new factor with its type, or new recovery codes."""
    codes = _is_recovery(authenticator)
    kind = Kind.RECOVERY_CODES_MADE if codes else Kind.FACTOR_ADDED
    record_action(kind, target=format_user_id(user), result="ok" if codes else authenticator.type)


@receiver(mfa.authenticator_removed)
def _record_factor_removed(user, authenticator, **_) -> None:
    record_action(Kind.FACTOR_REMOVED, target=format_user_id(user), result=authenticator.type)


@receiver(mfa.authenticator_used)
def _record_factor_used(user, authenticator, **_) -> None:
    """Record that a factor or a recovery code was used, which are two kinds."""
    codes = _is_recovery(authenticator)
    kind = Kind.RECOVERY_CODE_USED if codes else Kind.FACTOR_USED
    record_action(kind, format_user_id(user), target=format_user_id(user))


@receiver(mfa.authentication_failed)
def _record_wrong_factor(user=None, **_) -> None:
    """Record a wrong code or passkey; the target is "" without a user."""
    record_action(
        Kind.FACTOR_USED, target=format_user_id(user) if user else "", result="wrong code"
    )


# Accounts and roles


@receiver(pre_save, sender=User)
def _remember_user_values(
    instance: User, update_fields: frozenset[str] | None = None, **_: Any
) -> None:
    """Set `recorded_before` to the watched fields as they are stored, or {} if none is being saved.

    For a new user: all flags False, `is_active` True, and the user's email.
    """
    if update_fields is not None and _WATCHED_FIELDS.isdisjoint(update_fields):
        instance.recorded_before = {}
        return
    rows = User.objects.filter(pk=instance.pk) if instance.pk else User.objects.none()
    nothing = dict.fromkeys(FLAGS, False) | {"is_active": True, "email": instance.email}
    instance.recorded_before = rows.values(*_WATCHED_FIELDS).first() or nothing


@receiver(post_save, sender=User)
def _record_user_changes(
    instance: User, created: bool, update_fields: frozenset[str] | None = None, **_: Any
) -> None:
    """Record a new account, and changes of its roles, activity, address and password.

    A role that is given or removed is one row for each column in FLAGS.
    """
    target = format_user_id(instance)
    if created:
        record_action(Kind.ACCOUNT_ADDED, target=target)
    changed = {
        name: getattr(instance, name)
        for name, before in instance.recorded_before.items()
        if getattr(instance, name) != before and (update_fields is None or name in update_fields)
    }
    for name, role in FLAGS.items():
        if name in changed:
            kind = Kind.ROLE_GIVEN if changed[name] else Kind.ROLE_REMOVED
            record_action(kind, target=target, result=role)
    if "is_active" in changed:
        record_action(Kind.ACCOUNT_ON if instance.is_active else Kind.ACCOUNT_OFF, target=target)
    if "email" in changed:
        record_action(Kind.EMAIL_CHANGED, target=target)
    if instance._password is not None:  # type: ignore[attr-defined]  # set just now; a hash that is only renewed leaves it None
        record_action(Kind.PASSWORD_CHANGED, target=target)


@receiver(pre_save, sender=Membership)
def _remember_membership(instance: Membership, **_: Any) -> None:
    """Store the saved row in `recorded_before`, or None for a new membership."""
    instance.recorded_before = Membership.objects.filter(pk=instance.pk).first()


@receiver(post_save, sender=Membership)
def _record_membership_change(instance: Membership, **_: Any) -> None:
    """Record the role given, and the one it replaces; nothing if the row is unchanged."""
    before = instance.recorded_before
    if before and _membership_key(before) == _membership_key(instance):
        return
    if before:
        _record_role(Kind.ROLE_REMOVED, before)
    _record_role(Kind.ROLE_GIVEN, instance)


@receiver(post_delete, sender=Membership)
def _record_membership_deletion(instance: Membership, **_: Any) -> None:
    _record_role(Kind.ROLE_REMOVED, instance)


def _membership_key(membership: Membership) -> tuple:
    """Return (user id, department id, role), to compare the membership before and after."""
    return membership.user_id, membership.department_id, membership.role


def _record_role(kind: Kind, membership: Membership) -> None:
    """Record a role with a result such as "member department:3"; the target is the user."""
    result = f"{membership.role} department:{membership.department_id}"
    record_action(kind, target=f"user:{membership.user_id}", result=result)


# Settings


@receiver(post_save, sender=LogEntry)
def _record_admin_action(instance: LogEntry, created: bool, **_: Any) -> None:
    """Record an action in the administration; spreadsheets record their own.

    Of the models in _MODELS_WITH_OWN_KINDS only deletions are recorded.
    """
    model = instance.content_type.model if instance.content_type else "unknown"
    if created and (model not in _MODELS_WITH_OWN_KINDS or instance.action_flag == DELETION):
        results = {ADDITION: "added", DELETION: "deleted"}
        result = results.get(instance.action_flag, "changed")
        actor = f"user:{instance.user_id}"
        target = f"{model}:{instance.object_id}"
        record_action(Kind.SETTING_CHANGED, actor, target=target, result=result)
