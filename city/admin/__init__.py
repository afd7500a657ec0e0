"""Everything about the city that can be configured, with words that explain each setting."""

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
