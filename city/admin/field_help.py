"""Help texts under the fields of the administration, in addition to those of the models.

Each app registers its texts with `set_help_texts`, and `HelpTextAdmin` shows them under the fields.
"""

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Model
from django.forms import Field
from django.utils.functional import Promise

HELP_TEXTS: dict = {}


def set_help_texts(model: type[Model], **words: str | Promise) -> None:
    """Set the help texts of fields of `model`, by field name, for the administration only.

    Texts of fields that were set before stay, unless `words` names the same field.
    """
    HELP_TEXTS.setdefault(model, {}).update(words)


class HelpTextAdmin(BaseModelAdmin):
    """Mixin for a ModelAdmin or an inline that shows the registered help texts."""

    def formfield_for_dbfield(self, db_field, request, **kwargs) -> Field | None:
        """Return the form field with the registered help text in place of the model's."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        words = HELP_TEXTS.get(self.model, {}).get(db_field.name)
        if field is not None and words:
            field.help_text = words
        return field
