from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User

# Rights come from departments, and the address from the person: neither is kept a second time.
for model in (Group, EmailAddress):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["department"]
    verbose_name_plural = _("departments this person works for")


class NewStaffForm(AdminUserCreationForm):
    """A name, an e-mail address and a first password; the person can change it themselves."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ["username", "email", "first_name", "last_name", "is_agent"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Staff. Switch somebody off instead of deleting them: the log keeps their name."""

    add_form = NewStaffForm
    add_fieldsets = [
        (None, {"fields": ["username", "email", "first_name", "last_name", "is_agent"]}),
        (_("First password"), {"fields": ["usable_password", "password1", "password2"]}),
    ]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("What they may do"),
            {
                "fields": ["is_active", "is_agent", "is_lead", "is_staff", "is_superuser"],
                "description": _(
                    "Agents work the desk. Crew members and supervisors get their rights from "
                    "the departments below. “Staff status” opens this administration."
                ),
            },
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    inlines = [MembershipInline]
    list_display = [
        "username",
        "first_name",
        "last_name",
        "email",
        "is_agent",
        "works_in",
        "is_active",
    ]
    list_filter = ["is_active", "is_agent", "is_lead", "is_staff", "memberships__department"]
    search_fields = ["username", "first_name", "last_name", "email"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__department")

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("departments"))
    def works_in(self, user):
        return ", ".join(str(each.department) for each in user.memberships.all())


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "department", "role"]
    list_filter = ["role", "department"]
    list_select_related = ["user", "department"]
    autocomplete_fields = ["user", "department"]
    search_fields = ["user__username", "department__name"]
