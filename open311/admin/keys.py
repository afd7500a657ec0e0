from collections.abc import Mapping

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import QuerySet
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import SecurityRecord, User
from lib import clock, security_log
from lib.http import PRIVATE_CACHE_CONTROL
from lib.security_log import Kind
from requests_app.models import ApiKey
from requests_app.models.api_key import DEPARTMENT_VERBS, FRONT_END_VERBS
from requests_app.status import Verb

_BOTH = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
_LABELS = {
    Verb.FILE: gettext_lazy("Report"),
    Verb.COMMENT: gettext_lazy("Comment on public requests"),
    Verb.CONFIRM: gettext_lazy("Confirm that what it reported is fixed"),
    Verb.DISPUTE: gettext_lazy("Say that what it reported isn't fixed"),
    Verb.START: gettext_lazy("Start the department's work"),
    Verb.HOLD: gettext_lazy("Put it on hold"),
    Verb.COMPLETE: gettext_lazy("Finish it"),
}
_SCOPE = [
    (title, [(verb, _LABELS[verb]) for verb in verbs])
    for title, verbs in (
        (gettext_lazy("A front end for residents"), FRONT_END_VERBS),
        (gettext_lazy("The system of a department"), DEPARTMENT_VERBS),
    )
]


class ApiKeyForm(forms.ModelForm):
    verbs = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=_SCOPE,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("From one of the two groups."),
    )


class StateFilter(admin.SimpleListFilter):
    """A filter of API keys by their state: in use or revoked."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        """Return the choices "in use" and "revoked"."""
        return [("in_use", _("In use")), ("revoked", _("Revoked"))]

    def queryset(self, request, queryset) -> QuerySet:
        """Return the keys in use or those revoked, as chosen; all keys without a choice."""
        if self.value() is None:
            return queryset
        return queryset.filter(revoked_at__isnull=self.value() == "in_use")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Keys are issued here and shown once; a key is revoked and never deleted."""

    form = ApiKeyForm
    list_display = ["name", "beginning", "scope", "department", "last_used_at", "state"]
    list_filter = [StateFilter]
    search_fields = ["name", "beginning"]
    actions = ["rotate", "revoke"]
    readonly_fields = ["said_state", "beginning", "last_used_at", "scope"]

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        """Return the fields of a form; a revoked key has `scope` in words instead of `verbs`.

        A new key has no read-only fields.
        """
        verbs = "scope" if obj and obj.is_revoked else "verbs"
        given = ("name", verbs, "department", "services", "sees_exact_locations", "per_minute")
        return ("said_state", "beginning", "last_used_at", *given) if obj else given

    def has_view_permission(self, request, obj=None) -> bool:
        """Return True for superusers only."""
        return request.user.is_superuser

    has_add_permission = has_view_permission

    def has_change_permission(self, request, obj=None) -> bool:
        """Return True for superusers, unless the key is revoked."""
        return request.user.is_superuser and (obj is None or not obj.is_revoked)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Return False: keys are revoked instead."""
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs) -> Field | None:
        """Return Django's form field without the buttons that lead to other tables."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """Return Django's page without the list of actions; its template has two buttons."""
        context = {"action_form": None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ) -> HttpResponse:
        """Return Django's form with one save button: the next page shows the key, once."""
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change) -> None:
        """Save the key, and record it in the security log. A new key gets its secret.

        The secret is kept in `request.secret` for response_add().
        """
        if not change:
            request.secret = obj.generate_secret()
        super().save_model(request, obj, form, change)
        _record_in_security_log(obj, "changed" if change else "issued")

    def log_addition(self, request, obj, message) -> LogEntry:
        """Log “Issued.” in the history of the admin instead of the changed fields."""
        return super().log_addition(request, obj, _("Issued."))

    def response_add(self, request, obj, post_url_continue=None) -> TemplateResponse:
        """Return the page that shows the new key's secret, once."""
        return self._show_secret(request, obj, request.secret)

    @admin.display(description=gettext_lazy("what it may do"))
    def scope(self, key) -> str:
        """Return the labels of the verbs, joined by ". "."""
        return ". ".join(str(_LABELS[verb]) for verb in key.verbs)

    @admin.display(description=gettext_lazy("state"), ordering="revoked_at")
    def state(self, key) -> str:
        return _("Revoked") if key.is_revoked else _("In use")

    @admin.display(description=gettext_lazy("state"))
    def said_state(self, key) -> SafeString:
        """Return the state in a colored span, and when the key was revoked or rotated."""
        tone = "over" if key.is_revoked else "come"
        told = _describe_revocation(key) if key.is_revoked else _describe_rotation(key)
        return format_html(
            '<span class="state state--{}">{}</span> {}', tone, self.state(key), told
        )

    @admin.action(description=gettext_lazy("Make a new key (rotate)"), location=_BOTH)
    def rotate(self, request, queryset) -> TemplateResponse | None:
        """Make a new secret of one key and return the page that shows it, once.

        Show an error and return None unless exactly one key was chosen that is not revoked. The
        rotation is recorded in the admin's history and in the security log.
        """
        keys = list(queryset[:2])
        if len(keys) != 1 or keys[0].is_revoked:
            words = _("Choose one key that isn't revoked.")
            self.message_user(request, words, messages.ERROR)
            return None
        secret = keys[0].rotate()
        self.log_change(request, keys[0], _("Made a new key."))
        _record_in_security_log(keys[0], "rotated")
        return self._show_secret(request, keys[0], secret)

    @admin.action(description=gettext_lazy("Revoke"), location=_BOTH)
    def revoke(self, request, queryset) -> TemplateResponse | None:
        """Revoke the keys immediately and permanently, after a confirmation page.

        Return that page first, and None after the confirmation, or with an error if no chosen key
        is in use. Each is recorded in the admin's history and the security log.
        """
        keys = list(queryset.filter(revoked_at=None))
        if not keys:
            words = _("Choose a key that isn't revoked.")
            self.message_user(request, words, messages.ERROR)
            return None
        if "post" not in request.POST:
            title = ngettext("Revoke %(n)s API key?", "Revoke %(n)s API keys?", len(keys))
            context = {
                "title": title % {"n": len(keys)},
                "keys": [(key, self.scope(key)) for key in keys],
                "action": next(name for name in _ACTION_NAMES if name in request.POST),
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return self._render(request, "revocation", context)
        for key in keys:
            key.revoke()
            self.log_change(request, key, _("Revoked."))
            _record_in_security_log(key, "revoked")
        words = ngettext("%(n)s key revoked.", "%(n)s keys revoked.", len(keys))
        self.message_user(request, words % {"n": len(keys)}, messages.SUCCESS)
        return None

    def _show_secret(self, request: HttpRequest, key: ApiKey, secret: str) -> TemplateResponse:
        """Return the page with the secret and the days of grace of the former key, never cached."""
        context = {
            "title": _("API key for %(name)s") % {"name": key.name},
            "key": key,
            "secret": secret,
            "grace": key.GRACE_PERIOD.days if key.previous_digest else 0,
        }
        page = self._render(request, "secret", context)
        page["Cache-Control"] = PRIVATE_CACHE_CONTROL
        return page

    def _render(
        self, request: HttpRequest, name: str, context: Mapping[str, object]
    ) -> TemplateResponse:
        """Return the template `name` of API keys with the context of admin pages."""
        template = f"admin/requests_app/apikey/{name}.html"
        shared = self.admin_site.each_context(request) | {"opts": self.opts}
        return TemplateResponse(request, template, {**context, **shared})


# The fields with the chosen action in Django's forms of the list and of a key's page.
_ACTION_NAMES = ["action", f"{ActionLocation.CHANGE_FORM.value}-action"]


def _record_in_security_log(key, what) -> None:
    """Record the action `api_key.<what>` with the key as its target."""
    security_log.record_action(f"api_key.{what}", target=f"key:{key.pk}")


def _describe_rotation(key) -> str:
    """Return until when the key before this one works; "" if there is none any more."""
    until = key.previous_until
    if until is None or until <= clock.now():
        return ""
    when = (
        f"{clock.format_relative_date(clock.localtime(until).date())}, {clock.format_time(until)}"
    )
    return _("Rotated: the key before this one works until %(when)s.") % {"when": when}


def _describe_revocation(key) -> str:
    """Return “<relative time> by <full name>” of a key's revocation, or the time alone.

    Nobody is named if the security log has no record any more, nor for a script.
    """
    when = clock.format_relative_datetime(key.revoked_at)
    records = SecurityRecord.objects.filter(kind=Kind.KEY_REVOKED, target=f"key:{key.pk}")
    actor, _colon, pk = getattr(records.first(), "actor", "").partition(":")
    person = User.objects.filter(pk=pk).first() if actor == "user" else None
    if person is None:
        return when
    return _("%(when)s by %(who)s") % {"when": when, "who": person.full_name}
