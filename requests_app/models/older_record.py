from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from requests_app.models.columns import request_foreign_key

if TYPE_CHECKING:
    from requests_app.models.service_request import ServiceRequest


class OlderRecord(models.Model):
    """The older system's name of an imported request, and the request's number there.

    The pair makes an import repeatable. The number names no person, so deletion keeps it.
    """

    service_request = request_foreign_key("older_record", one=True)
    system = models.CharField(_("previous system"), max_length=40)
    record_id = models.CharField(_("number in the previous system"), max_length=60)

    class Meta:
        verbose_name = _("record of a previous system")
        verbose_name_plural = _("records of previous systems")
        indexes = [models.Index(Upper("record_id"), name="older_records_by_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "record_id"], name="an_older_record_is_imported_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} of {self.system}"


def former_number(service_request: "ServiceRequest") -> str:
    """Return the request's number in an older system; "" if it has none."""
    if not service_request.is_imported:
        return ""
    record = getattr(service_request, "older_record", None)
    return record.record_id if record else ""
