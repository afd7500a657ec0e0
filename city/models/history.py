"""Who changed which setting and when, kept by django-simple-history."""

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords


def history_records(**options) -> HistoricalRecords:
    """`HistoricalRecords` that note the person's id without a foreign key.

    The city lies below the accounts: a foreign key would make the two migrate in a circle.
    """
    return HistoricalRecords(
        history_user_id_field=models.BigIntegerField(null=True, blank=True),
        history_user_getter=_find_person,
        history_user_setter=_set_person_id,
        **options,
    )


def _find_person(historical, **kwargs):
    return get_user_model().objects.filter(pk=historical.history_user_id).first()


def _set_person_id(historical, user, **kwargs) -> None:
    historical.history_user_id = user.pk if user else None


def format_person(record) -> str:
    """Who made this record of a row's history, as people read it."""
    return str(record.history_user or _("The city's folder, or a script"))
