"""The history of changes to settings, kept by django-simple-history."""

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords


def history_records(**options) -> HistoricalRecords:
    """Return `HistoricalRecords` that store the person's id without a foreign key.

    The city is below the accounts: a foreign key would make a cycle of migrations.
    """
    return HistoricalRecords(
        history_user_id_field=models.BigIntegerField(null=True, blank=True),
        history_user_getter=_find_person,
        history_user_setter=_set_person_id,
        **options,
    )


def _find_person(historical, **kwargs):
    """Return the user who made a version, or None for none or a deleted one."""
    return get_user_model().objects.filter(pk=historical.history_user_id).first()


def _set_person_id(historical, user, **kwargs) -> None:
    historical.history_user_id = user.pk if user else None


def format_person(record) -> str:
    """Return the name of the person who made a version; a fixed text if no person made it."""
    return str(record.history_user or _("The city's folder, or a script"))
