"""Translations of the pack's texts."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from city.models.canned_text import find_placeholders
from city.models.history import history_records

LANGUAGE = RegexValidator(
    r"^[a-z]{2,3}(?:-[a-z0-9]{2,8})*\Z", _("Write a language as its code: es, zh-hans.")
)


class Translation(models.Model):
    """The translation of `source`, a text of the pack, into `language`.

    The key is the text itself, as in gettext: a changed text is shown untranslated until it is
    translated, never with an old meaning.
    """

    language = models.CharField(_("language"), max_length=16, validators=[LANGUAGE])
    source = models.TextField(
        _("original text"), help_text=_("Exactly as the pack or the admin has them.")
    )
    words = models.TextField(_("translation"))

    history = history_records()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["language", "pk"]
        constraints = [
            # By their hash: the words may be longer than an index takes.
            models.UniqueConstraint(
                "language",
                MD5("source"),
                name="words_are_translated_once_per_language",
                violation_error_message=_("This text already has a translation."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.words}"

    def clean(self) -> None:
        """Raise ValidationError unless both texts have the same placeholders."""
        for name in sorted(find_placeholders(self.source) ^ find_placeholders(self.words)):
            message = _("“%(found)s” must be in both texts.")
            raise ValidationError({"words": message % {"found": f"{{{name}}}"}})
