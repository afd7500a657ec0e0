"""Form fields for values that the database stores in another form."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from city.geo import FEET_PER_METRE
from city.logo import MAX_LOGO_LENGTH, validate_logo
from city.models import City

MAX_NAMES = 200


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Checkboxes for weekdays; the value is a list of numbers, Monday being 0."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        super().__init__(choices=[*WEEKDAYS.items()], coerce=int, **kwargs)


class WeekdayField(forms.TypedChoiceField):
    """A choice of one weekday; the value is its number, Monday being 0, or None."""

    def __init__(self, **kwargs) -> None:
        choices = [("", _("None")), *WEEKDAYS.items()]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **kwargs)


class LanguagesField(forms.MultipleChoiceField):
    """Checkboxes for language codes; the default language is required."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        names = [
            (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
        ]
        super().__init__(choices=names, **kwargs)

    def clean(self, value) -> Any:
        """Return the codes. Raise ValidationError if the default language is not among them."""
        codes = super().clean(value)
        if settings.LANGUAGE_CODE not in codes:
            own = get_language_info(settings.LANGUAGE_CODE)["name_translated"]
            raise ValidationError(
                _("%(language)s can't be left out: everything is written in it.")
                % {"language": own}
            )
        return codes

    def has_changed(self, initial, data) -> bool:
        """Return True if the set of languages differs; the order does not count."""
        return set(initial or []) != set(data or [])


class NamesField(forms.CharField):
    """A list of names, one on each line."""

    widget = forms.Textarea(attrs={"rows": 6, "cols": 40})

    def prepare_value(self, value) -> str | None:
        """Return a stored list as lines; any other value, a typed text or None, as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value) -> Any:
        """Return the names in their order, each once, without blank lines and needless blanks.

        Raise ValidationError for more than MAX_NAMES.
        """
        lines = (" ".join(line.split()) for line in super().clean(value).splitlines())
        names = list(dict.fromkeys(filter(None, lines)))
        if len(names) > MAX_NAMES:
            raise ValidationError(_("At most %(n)s names, please.") % {"n": MAX_NAMES})
        return names

    def has_changed(self, initial, data) -> bool:
        """Return True if the cleaned names differ from `initial`, also in order.

        Raise ValidationError for more than MAX_NAMES.
        """
        return [*(initial or [])] != self.clean(data)


class LogoField(forms.FileField):
    """An SVG file of plain shapes; the value is its text, or None if no file was chosen."""

    widget = forms.FileInput(attrs={"accept": ".svg,image/svg+xml"})

    def clean(self, data, initial=None) -> Any:
        """Return the text of the SVG without blanks around it, or None if no file was chosen.

        Raise ValidationError if the file is too large, not UTF-8, or refused by `validate_logo`.
        """
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > MAX_LOGO_LENGTH * 4:  # bytes of one character
            raise ValidationError(
                _("The logo has more than %(n)s characters.") % {"n": MAX_LOGO_LENGTH}
            )
        try:
            text = file.read().decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise ValidationError(_("This is not an SVG drawing.")) from error
        validate_logo(text)
        return text


class DistanceField(forms.IntegerField):
    """A distance stored in metres, and shown and typed in feet if the city uses feet."""

    def __init__(self, *, min_m: int, max_m: int, **kwargs) -> None:
        """Set the limits, given in metres, in the unit that the city uses now."""
        self.in_feet = City.current().measures_in_feet
        least, most = (self._to_shown_unit(metres) for metres in (min_m, max_m))
        super().__init__(min_value=least, max_value=most, **kwargs)

    def _to_shown_unit(self, metres) -> int:
        """Return whole feet if the city uses feet, else `metres` unchanged; None is not handled."""
        return round(metres * FEET_PER_METRE) if self.in_feet else metres

    def prepare_value(self, value: Any) -> Any:
        """Return a stored integer in the shown unit; a typed text or None stays as it is."""
        return self._to_shown_unit(value) if isinstance(value, int) else value

    def clean(self, value) -> Any:
        """Return the typed distance in whole metres, or None if the field is blank."""
        typed = super().clean(value)
        return round(typed / FEET_PER_METRE) if typed is not None and self.in_feet else typed

    def has_changed(self, initial, data) -> bool:
        """Return True if the typed distance in metres is not `initial`, or is invalid."""
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True
