"""Administration of users and memberships."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts import browsers, second_factor, sessions
from accounts.models import Membership, User
from accounts.sheets import STAFF_TABLE, StaffResource
from city.admin.deactivation import DeactivationGuardForm
from city.admin.field_help import HelpTextAdmin
from city.admin.history import NewestLogFirst
from city.admin.sheets import SheetAdmin
from lib import clock

# Models of Django and allauth whose data is set elsewhere: permissions by memberships, addresses in
# the user's row, single sign-on in the settings, second factors and sessions by their owner.
_MODELS_EDITED_ELSEWHERE = (
    Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession,
)  # fmt: skip
for model in _MODELS_EDITED_ELSEWHERE:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class MembershipInline(HelpTextAdmin, admin.StackedInline):
    model = Membership
    fields = [("department", "role")]
    extra = 0
    autocomplete_fields = ["department"]
    verbose_name = gettext_lazy("department")
    verbose_name_plural = gettext_lazy("departments this person works for")


class StaffForm(DeactivationGuardForm, UserChangeForm):
    """A form that does not deactivate users with assigned work, nor the editor's own account.

    `by` is the id of the editor.
    """

    by: int | None = None

    class Meta(UserChangeForm.Meta):
        labels = {
            "is_staff": gettext_lazy("Can open the admin site"),
            "is_superuser": gettext_lazy("May change everything there"),
        }

    def clean(self) -> dict[str, Any]:
        """Add an error to each permission that editors would remove from their own account.

        These are `is_active`, `is_staff` and `is_superuser`.
        """
        given = super().clean() or {}
        if self.instance.pk == self.by:
            for name in ("is_active", "is_staff", "is_superuser"):
                if given.get(name) is False:
                    words = _(
                        "You can't remove this from your own account. Ask another administrator."
                    )
                    self.add_error(name, words)
        return given


@admin.register(User)
class UserAdmin(NewestLogFirst, SheetAdmin, HelpTextAdmin, DjangoUserAdmin):
    """Staff. An account is deactivated and not deleted, because logs have its name."""

    sheet_note = gettext_lazy("New people get an email invitation after you save.")
    change_list_template = "admin/accounts/user/change_list.html"
    form = StaffForm
    add_fieldsets = [
        (
            None,
            {
                "fields": ["username", "email", "first_name", "last_name", "is_agent"],
                "description": gettext_lazy(
                    "Easier: invite the person by email and let them choose their own password."
                ),
            },
        ),
        (
            gettext_lazy("First password"),
            {"fields": ["usable_password", "password1", "password2"]},
        ),
    ]
    fieldsets = [
        (None, {"fields": ["username", "sign_in", "signed_in"]}),
        (gettext_lazy("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (
            gettext_lazy("What they can do"),
            {
                "fields": ["is_active", "is_agent", "is_lead", "is_staff", "is_superuser"],
                "description": gettext_lazy(
                    "Agents work the desk. Crew members and supervisors get their permissions "
                    "from the departments below. An administrator needs both of the last two "
                    "boxes."
                ),
            },
        ),
        (gettext_lazy("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined", "sign_in", "signed_in"]
    inlines = [MembershipInline]
    list_display = ["username", "person", "roles", "works_in", "has_come", "is_active"]
    list_filter = ["is_active", "is_agent", "is_lead", "is_staff", "memberships__department"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["-is_active", "username"]
    list_per_page = 50
    actions = ["take_away_second_factors"]

    def get_queryset(self, request) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("invitation")
            .prefetch_related("memberships__department")
        )

    def build_sheet_resource(self, by: Model | None = None) -> StaffResource:
        """Return the resource of the staff sheet; the importing user `by` cannot be demoted."""
        return StaffResource(STAFF_TABLE, by)

    def has_import_permission(self, request) -> bool:
        """Allow the import to superusers only, because it can create administrators."""
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_form(self, request, obj=None, change=False, **kwargs) -> type[ModelForm]:
        """Return the form class, with the id of the signed-in user in `by`."""
        form = super().get_form(request, obj, change=change, **kwargs)
        cast(type[StaffForm], form).by = request.user.pk
        return form

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def person(self, user) -> SafeString:
        """Return the name above the address, so that the table fits beside the filters."""
        return format_html("{}<br><small>{}</small>", user.full_name, user.email)

    @admin.display(description=gettext_lazy("may"))
    def roles(self, user) -> str:
        """Return which of desk, leads the desk and administers the user's flags give, or a dash.

        Commas separate them. Roles in departments are not included.
        """
        told = {
            _("desk"): user.is_agent,
            _("leads the desk"): user.is_lead,
            _("administers"): user.is_staff,
        }
        return ", ".join(name for name, is_so in told.items() if is_so) or "–"

    @admin.display(description=gettext_lazy("departments"))
    def works_in(self, user) -> str:
        """Return the names of the user's departments, separated by commas, or a dash."""
        return ", ".join(str(each.department) for each in user.memberships.all()) or "–"

    @admin.display(description=gettext_lazy("invitation"))
    def has_come(self, user) -> str:
        """Return the state of the user's invitation, or a dash."""
        return user.invitation.state.label if hasattr(user, "invitation") else "–"

    @admin.display(description=gettext_lazy("ways to sign in"))
    def sign_in(self, user) -> SafeString:
        """Return the user's ways to sign in, a link to set a password, and one to the list.

        A code by email is always among the ways. In the list, an action resets the second factor.
        """
        kinds = user.authenticator_set.values_list("type", flat=True)
        names = {
            Authenticator.Type.TOTP: _("authenticator app codes"),
            Authenticator.Type.WEBAUTHN: _("a passkey"),
            Authenticator.Type.RECOVERY_CODES: _("recovery codes"),
        }
        ways = [_("a code by email"), *([_("a password")] if user.has_usable_password() else [])]
        ways += [name for kind, name in names.items() if kind in kinds]
        words = _("If someone lost their phone, select them in the list, then choose “%s”.")
        return format_html(
            '{}<br><a href="{}">{}</a><br><span class="help">{} <a href="{}">{}</a></span>',
            capfirst(", ".join(ways)),
            reverse("admin:auth_user_password_change", args=[user.pk]),
            _("Set a password for this person"),
            words % _("Reset two-step sign-in"),
            reverse("admin:accounts_user_changelist", query={"q": user.username}),
            _("To the list"),
        )

    @admin.display(description=gettext_lazy("signed in with"))
    def signed_in(self, user) -> str:
        """Return HTML of the user's browsers, their last activity and a button to sign out all.

        Return a sentence if there is none.
        """
        names = [
            (
                browsers.format_browser_name(each.row.user_agent),
                clock.format_relative_datetime(each.seen_at),
            )
            for each in sessions.list_sessions(user)
        ]
        if not names:
            return _("Not signed in anywhere.")
        return format_html(
            '{}<br><button class="button" formaction="{}" formnovalidate>{}</button>',
            format_html_join(mark_safe("<br>"), "{}, {}", names),
            reverse("admin:accounts_user_sign_out", args=[user.pk]),
            _("Sign out everywhere"),
        )

    def get_urls(self) -> list:
        """Return the admin URLs and that of "sign out everywhere"."""
        sign_out = self.admin_site.admin_view(require_POST(self.sign_out))
        own = path("<int:pk>/sign-out/", sign_out, name="accounts_user_sign_out")
        return [own, *super().get_urls()]

    def sign_out(self, request, pk) -> HttpResponseRedirect:
        """End all sessions of the account, or all but this one if it is the user's own; log it.

        Raise Http404 for an unknown account, and PermissionDenied without the permission to change
        it.
        """
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        if person == request.user:
            sessions.end_other_sessions(request)
        else:
            sessions.end_all_sessions(person)
        self.log_change(request, person, _("Signed out everywhere."))
        words = _("%(name)s was signed out everywhere.") % {"name": person.full_name}
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:accounts_user_change", pk)

    def save_related(self, request, form, formsets, change) -> None:
        """Save the memberships, and keep this session of a user who changes a role of their own.

        Their other sessions end.
        """
        super().save_related(request, form, formsets, change)
        if form.instance == request.user:
            sessions.keep_current_session(request)

    @admin.action(description=gettext_lazy("Reset two-step sign-in (lost phone)"))
    def take_away_second_factors(self, request, queryset) -> TemplateResponse | None:
        """Delete the users' second factors and end their sessions, after a confirmation.

        Return the page that asks for it, or None if the form confirms (`post`) or no user has a
        factor. Messages name the users with and without a factor.
        """
        having = queryset.filter(pk__in=Authenticator.objects.values("user"))
        others = queryset.exclude(pk__in=having.values("pk"))
        if "post" not in request.POST and having:
            return self._confirm_second_factor_reset(request, having, others)
        without = [person.full_name for person in others]
        reset = []
        for person in having:
            if second_factor.delete_factors(person):
                self.log_change(request, person, _("Two-step sign-in was reset."))
                reset.append(person.full_name)
        if reset:
            words = ngettext(
                "%(names)s signs in without a second factor now, and was signed out everywhere.",
                "%(names)s sign in without a second factor now, and were signed out everywhere.",
                len(reset),
            )
            self.message_user(request, words % {"names": ", ".join(reset)}, messages.SUCCESS)
        if without:
            words = ngettext(
                "%(names)s has no second factor; nothing changed.",
                "%(names)s have no second factor; nothing changed for them.",
                len(without),
            )
            self.message_user(request, words % {"names": ", ".join(without)}, messages.INFO)
        return None

    def _confirm_second_factor_reset(self, request, having, others) -> TemplateResponse:
        """Render the page that asks for a confirmation; users in `others` have no factor."""
        context = self.admin_site.each_context(request) | {
            "title": _("Reset two-step sign-in?"),
            "opts": self.opts,
            "having": having,
            "others": others,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        template = "admin/accounts/user/reset_second_factor.html"
        return TemplateResponse(request, template, context)


@admin.register(Membership)
class MembershipAdmin(NewestLogFirst, HelpTextAdmin, admin.ModelAdmin):
    """Memberships of all users in departments."""

    list_display = ["user", "department", "role"]
    list_filter = ["role", "department"]
    list_select_related = ["user", "department"]
    autocomplete_fields = ["user", "department"]
    search_fields = ["user__username", "user__last_name", "user__email", "department__name"]
    ordering = ["department__position", "-role", "user__username"]
