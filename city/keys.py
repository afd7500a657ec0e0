"""Keys to rows of the city's configuration, which the process remembers."""

from collections.abc import Callable, Sequence
from functools import cache as once
from typing import Any

from django.db import models
from django.db.models import Model
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from city import cache


class _CachedForwardDescriptor(ForwardManyToOneDescriptor):
    def get_object(self, instance) -> Model:
        """The row itself, shared by all who read it; from the database where it is too new."""
        if not cache.current_version():
            return super().get_object(instance)
        known = _build_rows_loader(self.field.remote_field.model)()
        key = getattr(instance, self.field.attname)
        return known[key] if key in known else super().get_object(instance)


class CachedForeignKey(models.ForeignKey):
    """A foreign key whose row comes from `city.cache`: no join, and no statement for each row.

    For tables of some hundred rows at most, by their primary key. What it leads to is shared by all
    threads: treat it as read-only, and load the row anew where it is to be changed.
    """

    forward_related_accessor_class = _CachedForwardDescriptor

    def deconstruct(self) -> tuple[str, str, Sequence, dict[str, Any]]:
        name, _path, given, named = super().deconstruct()
        return name, "django.db.models.ForeignKey", given, named


@once
def _build_rows_loader(model) -> Callable:
    """What gives every row of `model` by its primary key."""
    return cache.cache_per_version(lambda: {row.pk: row for row in model._base_manager.all()})
