"""Photos that another system sends: as files of the form, or as addresses to fetch them from."""

from open311.media.addresses import KINDS, named_in, owe
from open311.media.files import photos_in
