"""Administration of invitations."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import invitations
from accounts.models import Invitation, Role, User
from city.admin.history import NewestLogFirst
from city.models import Department

_STATE_FILTERS: dict[str, dict[str, Any]] = {
    "waiting": {"accepted_at": None, "withdrawn_at": None, "user__last_login": None},
    "withdrawn": {"withdrawn_at__isnull": False},
}


def _departments_field(label, help_text) -> forms.ModelMultipleChoiceField:
    """Return an optional field of checkboxes for the active departments."""
    return forms.ModelMultipleChoiceField(
        Department.objects.active(),
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class InviteForm(forms.ModelForm):
    """A form for a new user: name, address and roles. The user chooses the password."""

    crew_of = _departments_field(
        gettext_lazy("Crew member of"),
        gettext_lazy("Sees and finishes this department's jobs on a phone."),
    )
    supervises = _departments_field(
        gettext_lazy("Supervisor of"),
        gettext_lazy("Can do what a crew member can, assign jobs and see the figures."),
    )
    is_admin = forms.BooleanField(
        label=gettext_lazy("Administrator"),
        required=False,
        help_text=gettext_lazy("Can open the admin site and change everything in it."),
    )

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "is_agent", "is_lead"]
        help_texts = {
            "email": gettext_lazy(
                "We'll send the invitation here. This email is also the sign-in name."
            ),
            "first_name": gettext_lazy("As coworkers read it. Residents never see it."),
            "last_name": gettext_lazy("As coworkers read it. Residents never see it."),
        }

    def clean_email(self) -> str:
        """Return the address. Raise ValidationError, which names the account, if it has one."""
        email = self.cleaned_data["email"]
        known = User.objects.find_by_email(email)
        if known:
            words = _("%(address)s has an account already: %(who)s. %(next)s")
            told = {"address": email, "who": known.full_name, "next": _next_step_text(known)}
            raise forms.ValidationError(words % told)
        return email

    def clean(self) -> dict[str, Any]:
        """Add errors for a department chosen in both fields, and for a form without any role."""
        given = super().clean() or {}
        both = set(given.get("crew_of") or []) & set(given.get("supervises") or [])
        if both:
            names = ", ".join(str(each) for each in both)
            self.add_error("crew_of", _("A supervisor is a crew member too: %s.") % names)
        says = ["is_agent", "is_lead", "is_admin", "crew_of", "supervises"]
        if not any(given.get(name) for name in says) and not self.errors:
            self.add_error(None, _("Choose at least one thing this person may do."))
        return given

    def read_roles(self) -> dict[Department, Role]:
        """Return the chosen role by department, a MEMBER or a SUPERVISOR."""
        crew = dict.fromkeys(self.cleaned_data["crew_of"], Role.MEMBER)
        return crew | dict.fromkeys(self.cleaned_data["supervises"], Role.SUPERVISOR)


def _next_step_text(user: User) -> str:
    """Return a sentence for the administrator: what to do next for the user.

    It is to reactivate an inactive user, to resend the invitation of a user who has not joined,
    else to add roles.
    """
    if not user.is_active:
        return _("It's turned off. Go to Users to turn it back on.")
    if hasattr(user, "invitation") and not user.invitation.has_joined:
        return _("They've already been invited. You can resend the invitation from the list.")
    return _("To add roles, go to Users.")


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("waiting", _("not accepted yet")), ("come", _("accepted")),
                ("withdrawn", _("canceled"))]  # fmt: skip

    def queryset(self, request, queryset) -> QuerySet:
        """Return the invitations in the chosen state, or all of them without a choice.

        Expired ones count as not accepted yet.
        """
        if self.value() == "come":
            return queryset.filter(withdrawn_at=None).exclude(**_STATE_FILTERS["waiting"])
        return queryset.filter(**_STATE_FILTERS.get(self.value() or "", {}))


@admin.register(Invitation)
class InvitationAdmin(NewestLogFirst, admin.ModelAdmin):
    """Invitations and their state. Resending makes the older link invalid."""

    list_display = ["person", "email", "said_state", "sent_at", "number", "invited_by"]
    list_display_links = None
    list_filter = [StateFilter, "user__memberships__department"]
    list_select_related = ["user", "invited_by"]
    search_fields = ["user__email", "user__first_name", "user__last_name", "user__username"]
    date_hierarchy = "sent_at"
    actions = ["send_again", "withdraw"]
    form = InviteForm
    fieldsets = [
        (None, {"fields": ["email", ("first_name", "last_name")]}),
        (gettext_lazy("What they can do"), {
            "fields": ["is_agent", "is_lead", "is_admin", "crew_of", "supervises"],
            "description": gettext_lazy(
                "The invitation expires after 7 days and works once."
            ),
        }),
    ]  # fmt: skip

    def has_add_permission(self, request) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None) -> bool:
        """Return True only for the list (`obj` is None), and only for superusers.

        A single invitation cannot be changed.
        """
        return request.user.is_superuser and obj is None

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_form(self, request, obj=None, change=False, **kwargs) -> type[ModelForm]:
        """Return InviteForm as it is, whose model is User and not Invitation."""
        return self.form

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Invitation | None = None,
    ) -> HttpResponse:
        """Show one button: an invitation that is sent is not edited any more."""
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change) -> None:
        """Create the user and the invitation; `obj` is the new User of the form.

        An administrator gets `is_staff` and `is_superuser`. `request.invitation` is set, and its
        mail is requested.
        """
        if form.cleaned_data["is_admin"]:
            obj.is_staff = obj.is_superuser = True
        request.invitation = invitations.invite_user(obj, form.read_roles(), by=request.user)

    def save_related(self, request, form, formsets, change) -> None:
        """Do nothing: the invitation saves the memberships."""

    def log_addition(self, request, obj, message) -> LogEntry:
        """Log the addition of `request.invitation` instead of the user `obj`."""
        return super().log_addition(request, request.invitation, message)

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponseRedirect:
        """Show that the invitation was sent, and redirect as after "Save" (to the list)."""
        words = _("The invitation is on its way to %s.") % obj.email
        self.message_user(request, words, messages.SUCCESS)
        return self.response_post_save_add(request, obj)

    @admin.display(description=gettext_lazy("person"), ordering="user__last_name")
    def person(self, invitation) -> str:
        return invitation.user.full_name

    @admin.display(description=gettext_lazy("email"), ordering="user__email")
    def email(self, invitation) -> str:
        return invitation.user.email

    @admin.display(description=gettext_lazy("state"))
    def said_state(self, invitation) -> SafeString:
        """Return the state's label as HTML, in a span with a CSS class of the state."""
        state = invitation.state
        return format_html('<span class="state state--{}">{}</span>', state.value, state.label)

    @admin.action(description=gettext_lazy("Send the invitation again"))
    def send_again(self, request, queryset) -> None:
        """Resend the invitations that were not accepted, also expired or canceled; log each."""
        waiting = [row for row in queryset if not row.has_joined]
        for row in waiting:
            invitations.resend_invitation(row, by=request.user)
        words = ngettext("%(n)s invitation sent.", "%(n)s invitations sent.", len(waiting))
        self._log_and_notify(request, waiting, _("Sent again."), words)

    @admin.action(description=gettext_lazy("Cancel the invitation"))
    def withdraw(self, request, queryset) -> None:
        """Cancel invitations that were not accepted or canceled before; log each.

        Their accounts are deactivated. Accepted ones: see Users.
        """
        waiting = [row for row in queryset if not row.has_joined and row.withdrawn_at is None]
        for row in waiting:
            invitations.withdraw_invitation(row)
        words = ngettext("%(n)s invitation canceled.", "%(n)s invitations canceled.", len(waiting))
        self._log_and_notify(request, waiting, _("Canceled."), words)

    def _log_and_notify(self, request, rows, change, words) -> None:
        """Log the sentence `change` for each row, and show `words` with their number as %(n)s.

        The message is a success, or an info if there are no rows.
        """
        for row in rows:
            self.log_change(request, row, change)
        level = messages.SUCCESS if rows else messages.INFO
        self.message_user(request, words % {"n": len(rows)}, level)
