"""Staff accounts, their roles in departments, and invitations. Residents have no account."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.security_log.record import SecurityRecord
from city.keys import CachedForeignKey
from city.models import Department
from lib import clock
from lib.email_addresses import EmailModel, normalize_email, validate_mailbox
from lib.lazy_text import LazyText

__all__ = ["ColorMode", "Invitation", "Membership", "Role", "SecurityRecord", "User"]


MAX_LOGIN_LENGTH = 254  # characters, as of an email address
MAX_PASSWORD_LENGTH = 1000  # characters: what is longer is refused, never cut


def normalize_password(typed: str) -> str:
    """Return the password in NFC, so that all keyboards give the same characters.

    A password over MAX_PASSWORD_LENGTH is returned unchanged: the time grows with the square of a
    run of marks.
    """
    return unicodedata.normalize("NFC", typed) if len(typed) <= MAX_PASSWORD_LENGTH else typed


class Role(models.TextChoices):
    MEMBER = "member", _("Crew member")
    SUPERVISOR = "supervisor", _("Supervisor")


class ColorMode(models.TextChoices):
    """Colors of the pages on which staff work."""

    SYSTEM = "system", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class StaffManager(UserManager["User"]):
    use_in_migrations = False

    def find_by_email(self, address: str) -> "User | None":
        """Return the account with this email address, active or not, or None."""
        normalized = normalize_email(address)
        return self.filter(email_normalized=normalized).first() if normalized else None

    def find_by_login(self, login: str) -> "User | None":
        """Return the account with this email address, or else with this username, or None."""
        if not login.strip() or len(login) > MAX_LOGIN_LENGTH:
            return None
        address, username = normalize_email(login), self.model.normalize_username(login)
        found = self.filter(models.Q(email_normalized=address) | models.Q(username=username))
        return max(found, key=lambda each: each.email_normalized == address, default=None)

    def supervisors_of(self, department_id: int | None) -> "QuerySet[User]":
        """Return the active supervisors of a department; none for None."""
        roles = {"memberships__department": department_id, "memberships__role": Role.SUPERVISOR}
        return self.filter(is_active=True, **roles)

    def desk_leads(self) -> "QuerySet[User]":
        """Return the active leads of the desk."""
        return self.filter(is_active=True, is_lead=True)


class User(EmailModel, AbstractUser):
    """A member of staff; their departments are in `memberships`.

    The username is stored in lower case, so that it is compared by equality.
    """

    email = models.EmailField(
        _("email address"),
        validators=[validate_mailbox],
        help_text=_("Where sign-in codes and password resets are sent."),
    )
    is_agent = models.BooleanField(
        _("311 agent"),
        default=False,
        help_text=_("May triage at the desk: route, decline, ask, hide, and speak for a caller."),
    )

    is_lead = models.BooleanField(
        _("lead of the desk"),
        default=False,
        help_text=_("Sees the citywide overview and gets emails about very late requests."),
    )

    is_staff = models.BooleanField(
        _("can open the administration"),
        default=False,
        help_text=_("Opens the administration."),
    )
    is_superuser = models.BooleanField(
        _("administrator"),
        default=False,
        help_text=_("May change everything there, and sees the whole city's figures."),
    )

    color_mode = models.CharField(
        max_length=10,
        choices=ColorMode,
        default=ColorMode.SYSTEM,
        db_default=ColorMode.SYSTEM,
        editable=False,
    )

    # Somebody else knows the password, or it is too short: see required_password_change.py.
    must_change_password = models.BooleanField(default=False, db_default=False, editable=False)

    # A session with a lower epoch than this is over. Triggers increment it with each change of
    # a role or a department (migration 0004), and never let it decrease.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    sessions_ended_because = models.CharField(
        max_length=10, default="", db_default="", blank=True, editable=False
    )

    objects: ClassVar[StaffManager] = StaffManager()
    recorded_before: dict[str, Any]  # set before saving by security_log.receivers

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["email_normalized"],
                condition=~models.Q(email_normalized=""),
                name="one_account_per_normalized_email",
            )
        ]

    @property
    def color_modes(self) -> Sequence[tuple[str, LazyText]]:
        return ColorMode.choices

    @classmethod
    def normalize_username[Name: (str, None)](cls, username: Name) -> Name:
        """Return `username` as it is stored and looked up: NFKC, in lower case.

        A form whose username was refused gives None, which is returned as it is.
        """
        normalized = super().normalize_username(username)
        return normalized.lower() if normalized else normalized

    def clean(self) -> None:
        """Raise ValidationError if another account has the same email address."""
        super().clean()
        other = type(self).objects.find_by_email(self.email)
        if other and other.pk != self.pk:
            words = gettext("%(who)s has an account with this address already.")
            raise ValidationError({"email": words % {"who": other.full_name}})

    def save(self, *args, **options) -> None:
        """Save the row, with the username in lower case."""
        self.username = self.normalize_username(self.username)
        super().save(*args, **options)

    def choose_password(self, password: str) -> None:
        """Set the password that the user chose, which need not be changed. Nothing is saved."""
        self.set_password(password)
        self.must_change_password = False

    def set_password(self, raw_password) -> None:
        """Set a password, which the user must change: somebody else chose it. Nothing is saved."""
        super().set_password(raw_password and normalize_password(raw_password))
        self.must_change_password = True

    def check_password(self, raw_password: str | None) -> bool:
        """Return True if the password is right.

        `must_change_password` does not change, although a right one may be hashed anew.
        """
        before = self.must_change_password
        is_right = super().check_password(raw_password and normalize_password(raw_password))
        self.must_change_password = before
        return is_right

    @property
    def full_name(self) -> str:
        """Return the first and last name, or else the username."""
        return self.get_full_name() or self.username

    @property
    def short_name(self) -> str:
        """Return the first name, or else the username."""
        return self.first_name or self.username

    @cached_property
    def roles(self) -> dict[int, str]:
        """Return the role by department id; queried once per instance."""
        return dict(self.memberships.values_list("department_id", "role"))

    @property
    def role_names(self) -> set[str]:
        """Return which of admin (is_staff), agent, lead, member and supervisor the user is."""
        flags = {"admin": self.is_staff, "agent": self.is_agent, "lead": self.is_lead}
        return {name for name, is_so in flags.items() if is_so} | set(self.roles.values())

    def works_for(self, department_id: int | None) -> bool:
        """Return True if the user has a role in the department; superusers need one, too."""
        return department_id in self.roles

    def has_worked_on(self, service_request) -> bool:
        """Return True if a department of the user has the request or had it."""
        return service_request.events.filter(department__in=list(self.roles)).exists()

    @property
    def is_supervisor(self) -> bool:
        """Return True if the user is a supervisor of any department; superusers do not count."""
        return Role.SUPERVISOR in self.roles.values()

    def supervises(self, department_id: int | None) -> bool:
        """Return True if the user is a supervisor of the department; False for None."""
        return department_id is not None and self.roles.get(department_id) == Role.SUPERVISOR

    @property
    def oversees_city(self) -> bool:
        """Return True for a lead or a superuser: they may see the figures of all departments."""
        return self.is_lead or self.is_superuser

    def has_reported(self, service_request) -> bool:
        """Return False: staff record reports on behalf of residents, and never report or follow."""
        return False

    follows = relays_to = has_reported

    def has_uploaded(self, photo) -> bool:
        return photo.user_id == self.pk

    def may_use(self, verb, service_request) -> bool:
        """Return True: which verbs staff may use depends on the permission of the verb alone."""
        return True


class Membership(models.Model):
    """A user's role in a department."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    department = CachedForeignKey(
        Department, models.CASCADE, related_name="memberships", verbose_name=_("department")
    )
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Role,
        default=Role.MEMBER,
        help_text=_("A supervisor can do what a crew member can, assign jobs and close disputes."),
    )

    recorded_before: "Membership | None"  # set before saving by security_log.receivers

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department"], name="one_role_per_person_and_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.department}"


class Invitation(models.Model):
    """An invitation of a user by mail; `number` counts the mails.

    It counts as accepted after any first sign-in, also by a code or single sign-on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("not accepted yet")
        OVER = "over", _("expired after a week")
        COME = "come", _("accepted")
        WITHDRAWN = "withdrawn", _("canceled")

    user = models.OneToOneField(
        User, models.CASCADE, related_name="invitation", verbose_name=_("person")
    )
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    number = models.PositiveSmallIntegerField(_("emails"), default=1)
    sent_at = models.DateTimeField(_("last email"), default=clock.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    withdrawn_at = models.DateTimeField(_("canceled"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user.full_name} ({self.user.username})"

    @property
    def has_joined(self) -> bool:
        """Return True if the invitation was accepted or the user has ever signed in."""
        return bool(self.accepted_at or self.user.last_login)

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + timedelta(days=settings.DAYS_AN_INVITATION_HOLDS)

    @property
    def is_expired(self) -> bool:
        return clock.now() > self.expires_at

    @property
    def state(self) -> "Invitation.State":
        """Return WITHDRAWN if canceled, else COME if accepted, else OVER if expired, or WAITING."""
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.has_joined:
            return self.State.COME
        return self.State.OVER if self.is_expired else self.State.WAITING
