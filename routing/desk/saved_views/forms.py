"""The name of a saved view."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.text import Words
from routing.models import SavedView

TAKEN = gettext_lazy("You have a view with this name already. Choose another one.")


class ViewName(forms.Form):
    """A name that no other view of its agent has. `view` is the one that gets it; of new ones an
    agent may keep so many at the most.
    """

    name = Words(
        max_length=SavedView.LONGEST,
        error_messages={"required": gettext_lazy("Name the view.")},
    )

    def __init__(self, data, view):
        super().__init__(data)
        self.view = view

    def clean_name(self):
        name, own = self.cleaned_data["name"], SavedView.objects.filter(user=self.view.user_id)
        others = own.exclude(pk=self.view.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError(TAKEN)
        if self.view.pk is None and others.count() >= SavedView.MOST:
            message = _("You have %(n)s views, which is the most. Delete one first.")
            raise ValidationError(message % {"n": SavedView.MOST})
        return name
