from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models import ApiKey, ServiceRequest
from requests_app.models.columns import (
    city_foreign_key,
    created_field,
    event_foreign_key,
    request_foreign_key,
)


class ReceivedUpdateQuerySet(models.QuerySet["ReceivedUpdate"]):
    def find(
        self, service_request: ServiceRequest, key: ApiKey, update_id: str
    ) -> "ReceivedUpdate | None":
        """Return the update that this sender sent with this id before, or None.

        An empty id finds none.
        """
        if not update_id:
            return None
        return self.filter(service_request=service_request, key=key, update_id=update_id).first()


class ReceivedUpdate(models.Model):
    """The id that another system gave an update, and the event that came of it.

    The row is kept as long as the event: a system that got no response may send its update again
    after days, and then gets the earlier response.
    """

    MAX_UPDATE_ID = 255  # characters

    service_request = request_foreign_key("+", models.PROTECT, db_index=False)
    key = city_foreign_key(ApiKey, _("API key"), db_index=False)
    update_id = models.CharField(_("id of the sender"), max_length=MAX_UPDATE_ID)
    event = event_foreign_key("received_update", models.PROTECT, one=True)
    created_at = created_field()

    objects = ReceivedUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("received update")
        verbose_name_plural = _("received updates")
        constraints = [
            models.UniqueConstraint(
                fields=["service_request", "key", "update_id"], name="an_update_is_taken_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.update_id} of {self.key}"
