"""The period in which a request was closed, for an index of recently closed requests."""

from datetime import UTC, datetime, timedelta

from django.db.models import F, Func, IntegerField

PERIOD_LENGTH = timedelta(days=90)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


class ClosingPeriod(Func):
    """The number of the 90-day period since 1970 in which a request was closed.

    Immutable and indexed: a change needs a migration.
    """

    template = (
        f"(floor(date_part('epoch', %(expressions)s - '{_FIRST.isoformat()}'::timestamptz)"
        f" / {PERIOD_LENGTH // timedelta(seconds=1)}))::integer"
    )
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(F("closed_at"))


def closing_period(moment: datetime) -> int:
    """Return the number, since 1970, of the PERIOD_LENGTH in which an aware datetime lies."""
    return (moment - _FIRST) // PERIOD_LENGTH
