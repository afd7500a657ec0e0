"""In which period a request was closed, by which an index reads those of the last months alone."""

from datetime import UTC, datetime, timedelta

from django.db.models import F, Func, IntegerField

PERIOD = timedelta(days=90)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


class ClosingPeriod(Func):
    """The number of the period of 90 days in which a request was closed, counted from 1970.

    Immutable, so that it can be indexed: whoever changes this makes a migration.
    """

    template = (
        f"(floor(date_part('epoch', %(expressions)s - '{_FIRST.isoformat()}'::timestamptz)"
        f" / {PERIOD // timedelta(seconds=1)}))::integer"
    )
    output_field = IntegerField()

    def __init__(self) -> None:
        super().__init__(F("closed_at"))


def period_of(moment: datetime) -> int:
    return (moment - _FIRST) // PERIOD
