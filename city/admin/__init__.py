"""Administration of the city's configuration, with an explanation of each setting."""

from city.admin import (
    addresses,
    canned_texts,
    categories,
    city,
    dangers,
    departments,
    help_texts,
    places,
    reasons,
    translations,
)
