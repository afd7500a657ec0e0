"""Every setting explained in place: the words under the fields of the administration.

A model's own `help_text` stands where it has one. What only the administration needs to say stands
in `words.py` of each room, as {model: {field: words}}; `Explained` puts it under the field.
"""

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.forms import Field
from django.utils.functional import Promise

HELP_TEXTS: dict = {}


def set_help_texts(model: type[Model], **words: str | Promise) -> None:
    """Say what a field of `model` is for, in the administration alone."""
    HELP_TEXTS.setdefault(model, {}).update(words)


class HelpTextAdmin(BaseModelAdmin):
    """Mixin for a ModelAdmin or an inline."""

    def formfield_for_dbfield(self, db_field, request, **kwargs) -> Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        words = HELP_TEXTS.get(self.model, {}).get(db_field.name)
        if field is not None and words:
            field.help_text = words
        return field
