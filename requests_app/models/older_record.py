from django.db import models

from requests_app.models.service_request import ServiceRequest


class OlderRecord(models.Model):
    """Where an imported request came from: the older system's name, and its own id there.

    The pair is what makes an import repeatable: a record that is here already is skipped.
    """

    service_request = models.OneToOneField(
        ServiceRequest, models.CASCADE, related_name="older_record"
    )
    system = models.CharField(max_length=40)
    record_id = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "record_id"], name="an_older_record_is_imported_once"
            )
        ]

    def __str__(self):
        return f"{self.record_id} of {self.system}"
