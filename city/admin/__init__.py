"""Everything about the city that can be configured, with words that explain each setting."""

from city.admin import categories, city, departments, places, reasons

__all__ = ["categories", "city", "departments", "places", "reasons"]
