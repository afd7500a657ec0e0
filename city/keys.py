"""Foreign keys to rows of the city's configuration, which the process caches."""

from collections.abc import Callable, Sequence
from functools import cache as once
from typing import Any

from django.db import models
from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from city import cache


class _CachedForwardDescriptor(ForwardManyToOneDescriptor):
    def get_object(self, instance) -> Model:
        """Return the shared cached row; from the database without a city or for a newer row."""
        if not cache.current_version():
            return super().get_object(instance)
        known = _build_rows_loader(self.field.remote_field.model)()
        key = getattr(instance, self.field.attname)
        return known[key] if key in known else super().get_object(instance)


class CachedForeignKey(models.ForeignKey):
    """A foreign key whose row comes from `city.cache`, without a join or a query per row.

    For tables of at most some hundred rows, by their primary key. All threads share the related
    row: treat it as read-only, and load the row again to change it.
    """

    forward_related_accessor_class = _CachedForwardDescriptor

    def deconstruct(self) -> tuple[str, str, Sequence, dict[str, Any]]:
        """Return the field as a plain ForeignKey: migrations do not depend on this class."""
        name, _path, given, named = super().deconstruct()
        return name, "django.db.models.ForeignKey", given, named


@once
def _build_rows_loader(model: type[Model]) -> Callable[[], dict[Any, Model]]:
    """Return a cached function that returns every row of `model` by its primary key."""
    return cache.cache_per_version(lambda: {row.pk: row for row in model._base_manager.all()})
