from django.db import models

from requests_app.models.photo import Photo
from santa311.lib import clock


class SpooledOriginal(models.Model):
    """The original of a photo that the photo storage did not take yet; gone once it is moved.

    In the database and not on a disk, since the machine that moves it is another one, and since
    what the database acknowledged is on its standbys too.
    """

    photo = models.OneToOneField(Photo, models.CASCADE, primary_key=True, related_name="spooled")
    content = models.BinaryField()
    bytes = models.PositiveIntegerField()
    spooled_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return f"{self.bytes} bytes of photo {self.photo_id}"
