"""Selection of an icon by its picture: radio buttons for every icon of the sprite."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from city.pack.cells import list_icons
from lib.ui import icon as drawing


class IconGrid(forms.RadioSelect):
    """Radio buttons with pictures and names; they work by arrow keys and without a script."""

    template_name = "admin/icons/grid.html"

    class Media:
        css = {"all": ["css/admin/icons.css"]}


class IconField(forms.ChoiceField):
    """A choice of an icon that the sprite has."""

    widget = IconGrid

    def __init__(self, **kwargs) -> None:
        names = [(name, name.replace("-", " ")) for name in sorted(list_icons())]
        super().__init__(choices=names, **kwargs)


class IconAdmin(admin.ModelAdmin):
    """Mixin for a ModelAdmin of a model with an `icon`."""

    def formfield_for_dbfield(self, db_field, request, **kwargs) -> forms.Field | None:
        """Return an IconField for the column `icon`, else the usual field."""
        if db_field.name != "icon":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return IconField(
            label=capfirst(db_field.verbose_name),
            help_text=_("Residents see it beside the name. Select the picture that says it best."),
            error_messages={"required": _("Select a picture.")},
        )

    @admin.display(description=_("icon"), ordering="icon")
    def picture(self, row) -> str:
        """Return the SVG of the row's icon, or the icon's name if the sprite lacks it."""
        if row.icon not in list_icons():
            return row.icon
        return format_html('<span class="icon-listed">{}</span>', drawing(row.icon))
