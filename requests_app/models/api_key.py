"""The keys of other systems, and what each may do."""

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from city.models import Category, Department
from lib import clock
from requests_app.models.columns import city_foreign_key, created_field
from requests_app.permissions import NoRights
from requests_app.status import Verb

if TYPE_CHECKING:
    from requests_app.models.service_request import ServiceRequest

# The verbs that a key of a front end for residents, and a key of a department, may have.
FRONT_END_VERBS = (Verb.FILE, Verb.COMMENT, Verb.CONFIRM, Verb.DISPUTE)
DEPARTMENT_VERBS = (Verb.START, Verb.HOLD, Verb.COMPLETE)


def scope_choices() -> list[tuple[str, Any]]:
    """Return (value, label) of each verb that an API key may have.

    Migrations refer to this function, so that a new verb needs none.
    """
    return [(verb.value, verb.label) for verb in (*FRONT_END_VERBS, *DEPARTMENT_VERBS)]


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def find_by_secret(self, secret: str) -> "ApiKey | None":
        """Return the key with this current or previous secret; None if unknown or revoked.

        A previous secret counts until `previous_until`.
        """
        digest = ApiKey.compute_digest(secret)
        is_before = Q(previous_digest=digest, previous_until__gt=clock.now())
        return self.filter(Q(digest=digest) | is_before, revoked_at=None).first()


class ApiKey(NoRights, models.Model):
    """The key of another system. Only the hash of its secret is stored.

    A front end for residents files requests, comments, and acts for the reporters of the requests
    that it filed; the system of a `department` works on the requests of that department. The key
    allows `verbs`, for the categories in `services` (none: all). `sees_exact_locations` allows to
    read exact locations of sensitive categories. After a rotation, the previous secret is valid
    until `previous_until`. A key is revoked and never deleted, since the log refers to it.
    """

    PREFIX = "s311_"
    GRACE_PERIOD = timedelta(days=7)  # after a rotation, for the system to change its secret

    name = models.CharField(
        _("name"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("Another key has this name.")},
        help_text=_("Residents read it in a request's history: “It was reported through …”."),
    )
    verbs = ArrayField(
        models.CharField(max_length=20, choices=scope_choices),
        verbose_name=_("what it may do"),
    )
    services = models.ManyToManyField(
        Category,
        blank=True,
        related_name="+",
        verbose_name=_("categories"),
        help_text=_("Leave empty for all of them."),
    )
    department = city_foreign_key(
        Department,
        _("department"),
        null=True,
        blank=True,
        help_text=_("For a system that works on this department's requests."),
    )
    per_minute = models.PositiveSmallIntegerField(
        _("requests per minute"),
        default=60,
        help_text=_("More are answered with 429, and when to come again."),
        validators=[MinValueValidator(1), MaxValueValidator(6000)],
    )
    sees_exact_locations = models.BooleanField(
        _("exact locations"),
        default=False,
        db_default=False,
        help_text=_(
            "For kinds that often point at a home. Without it, the key gets only their block."
        ),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    beginning = models.CharField(_("key begins with"), max_length=12, editable=False)
    previous_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    previous_until = models.DateTimeField(_("previous key works until"), null=True, editable=False)
    created_at = created_field(editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(department=None, verbs__contained_by=list(FRONT_END_VERBS))
                | Q(department__isnull=False, verbs__contained_by=list(DEPARTMENT_VERBS)),
                name="a_key_is_for_residents_or_for_a_department",
                violation_error_message=_(
                    "A department's key can start, hold and finish work. A key without a "
                    "department can file, comment, confirm and dispute."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def compute_digest(secret: str) -> str:
        """Return the SHA-256 hash of the secret in hex."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    def generate_secret(self) -> str:
        """Set a new secret, store its hash in the unsaved row, and return it.

        The secret cannot be read again.
        """
        secret = self.PREFIX + secrets.token_urlsafe(32)
        self.set_secret(secret)
        return secret

    def set_secret(self, secret: str) -> None:
        """Store the hash and the beginning of `secret` in the unsaved row."""
        self.digest, self.beginning = self.compute_digest(secret), secret[:9]

    def rotate(self) -> str:
        """Save and return a new secret; the previous one stays valid for GRACE_PERIOD."""
        self.previous_digest, self.previous_until = self.digest, clock.now() + self.GRACE_PERIOD
        secret = self.generate_secret()
        self.save()
        return secret

    def revoke(self) -> None:
        """Set `revoked_at` to now and save; a later call sets it again."""
        self.revoked_at = clock.now()
        self.save()

    @cached_property
    def _category_ids(self) -> set[int]:
        """Return the ids of the key's categories, loaded once; empty for all categories."""
        return set(self.services.values_list("pk", flat=True))

    def is_for_category(self, category_id: int) -> bool:
        """Return whether the key is for this category; a key without categories is for all."""
        return not self._category_ids or category_id in self._category_ids

    def may_locate(self, service_request: "ServiceRequest") -> bool:
        """Return True if the key may read the exact location of this request."""
        return self.sees_exact_locations and self.is_for_category(service_request.category_id)

    def may_use(self, verb: Verb, service_request: "ServiceRequest") -> bool:
        """Return whether the key has the verb and the category of the request."""
        return verb in self.verbs and self.is_for_category(service_request.category_id)

    def works_for(self, department_id: int | None) -> bool:
        """Return whether this is the key's department; False for None."""
        return department_id is not None and department_id == self.department_id

    def has_reported(self, service_request: "ServiceRequest") -> bool:
        """Return whether the request was filed with this key."""
        return service_request.events.filter(verb=Verb.FILE, key=self).exists()

    def relays_to(self, service_request: "ServiceRequest") -> bool:
        """Return whether the key is for residents and the request is public."""
        return self.department_id is None and service_request.is_public
