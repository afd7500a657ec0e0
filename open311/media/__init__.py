"""Photos that another system sends: as files of the form, or as addresses to fetch them from."""

from open311.media.addresses import owe
from open311.media.files import photos_in

__all__ = ["owe", "photos_in"]
