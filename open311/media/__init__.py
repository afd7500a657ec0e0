"""Photos that another system sends: as files of the form, or as addresses to fetch them from."""

from open311.media.addresses import PHOTO_KINDS, parse_media_urls, schedule_fetches
from open311.media.files import store_photos
