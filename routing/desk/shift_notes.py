"""Notes for the next shift, shown above the desk until they are done."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lib.http import require_get_or_post
from lib.text import CleanTextField
from routing.agents_only import AgentRequest, agents_only
from routing.models import ShiftNote


class ShiftNoteForm(forms.Form):
    words = CleanTextField(
        max_length=ShiftNote.MAX_LENGTH,
        multiline=True,
        error_messages={"required": _("Write what the next shift must know.")},
    )

    def clean(self) -> dict[str, Any] | None:
        """Raise ValidationError if there are ShiftNote.MAX_NOTES notes already."""
        if ShiftNote.objects.count() >= ShiftNote.MAX_NOTES:
            message = _("There are %(n)s notes, which is the most. Mark one as done first.")
            raise ValidationError(message % {"n": ShiftNote.MAX_NOTES})
        return super().clean()


@require_get_or_post
@agents_only
def shift_notes(request: AgentRequest) -> HttpResponse:
    """Show the notes and a form, or add a note and redirect to them; 422 for an invalid note."""
    if request.method != "POST":
        return _render_page(request, ShiftNoteForm())
    form = ShiftNoteForm(request.POST)
    if not form.is_valid():
        return _render_page(request, form, status=422)
    ShiftNote.objects.create(author=request.user, words=form.cleaned_data["words"])
    return redirect("desk_shift_notes")


@require_POST
@agents_only
def shift_note_deletion(request: AgentRequest, note: int) -> HttpResponseRedirect:
    """Delete anybody's note, and redirect to the desk; nothing happens if the note is gone."""
    ShiftNote.objects.filter(pk=note).delete()
    return redirect("desk")


def _render_page(request: AgentRequest, form: ShiftNoteForm, *, status: int = 200) -> HttpResponse:
    """Render the notes and the form."""
    context = {"form": form, "notes": ShiftNote.objects.select_related("author")}
    return render(request, "routing/desk/shift_notes/shift_notes.html", context, status=status)
