import uuid

from django.db import models

from city.models.shared import NamedModel
from lib import clock


class UploadedSheet(NamedModel):
    """An uploaded sheet, stored until the person confirms the import.

    It is in the database, so that every web process finds it. Unconfirmed sheets are deleted with
    old drafts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.BigIntegerField()  # no foreign key: the city lies below the accounts
    name = models.CharField(max_length=255)
    records = models.JSONField()  # as they were read: (line, cells, problem, is_comment)
    uploaded_at = models.DateTimeField(default=clock.now)
