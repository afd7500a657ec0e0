"""Photos that other systems send, as files of a form or as URLs."""

from open311.media.addresses import PHOTO_KINDS, parse_media_urls, schedule_fetches
from open311.media.files import store_photos
