from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from requests_app.models import ApiKey
from requests_app.models.api_key import FRONT_END, OF_DEPARTMENT
from requests_app.status import Verb
from santa311.lib import security_log
from santa311.lib.http import OWN

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
        (gettext_lazy("A front end for residents"), FRONT_END),
        (gettext_lazy("The system of a department"), OF_DEPARTMENT),
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
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("in_use", _("In use")), ("revoked", _("Revoked"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(revoked_at__isnull=self.value() == "in_use")


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Keys are issued here and shown once; a key is revoked and never deleted."""

    form = ApiKeyForm
    fields = ["name", "verbs", "department", "services", "per_minute"]
    list_display = ["name", "beginning", "scope", "department", "last_used_at", "state"]
    list_filter = [StateFilter]
    search_fields = ["name", "beginning"]
    actions = ["rotate", "revoke"]

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser and (obj is None or not obj.is_revoked)

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Without the buttons that lead to other tables."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field and field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def render_change_form(self, request, context, **kwargs):
        """One button: the answer to it shows the key, once."""
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            request.secret = obj.new_secret()
        super().save_model(request, obj, form, change)
        self._write_down(request, obj, "changed" if change else "issued")

    def response_add(self, request, obj, post_url_continue=None):
        return self._shown_once(request, obj, request.secret)

    @admin.display(description=gettext_lazy("what it may do"))
    def scope(self, key):
        return ". ".join(str(_LABELS[verb]) for verb in key.verbs)

    @admin.display(description=gettext_lazy("state"), ordering="revoked_at")
    def state(self, key):
        return _("Revoked") if key.is_revoked else _("In use")

    @admin.action(description=gettext_lazy("Make a new key (rotate)"))
    def rotate(self, request, queryset):
        """The secret is shown once, so it is one key at a time."""
        keys = list(queryset[:2])
        if len(keys) != 1 or keys[0].is_revoked:
            words = _("Choose one key that isn't revoked.")
            self.message_user(request, words, messages.ERROR)
            return None
        secret = keys[0].rotate()
        self.log_change(request, keys[0], [{"changed": {"fields": [_("key")]}}])
        self._write_down(request, keys[0], "rotated")
        return self._shown_once(request, keys[0], secret)

    @admin.action(description=gettext_lazy("Revoke"))
    def revoke(self, request, queryset):
        keys = list(queryset.filter(revoked_at=None))
        for key in keys:
            key.revoke()
            self.log_change(request, key, [{"changed": {"fields": [_("revoked")]}}])
            self._write_down(request, key, "revoked")
        words = ngettext("%(n)s key revoked.", "%(n)s keys revoked.", len(keys))
        self.message_user(request, words % {"n": len(keys)})

    def _write_down(self, request, key, what):
        actor = f"user:{request.user.pk}"
        security_log.record(f"api_key.{what}", actor, target=f"key:{key.pk}")

    def _shown_once(self, request, key, secret):
        context = self.admin_site.each_context(request) | {
            "title": _("API key for %(name)s") % {"name": key.name},
            "opts": self.opts,
            "key": key,
            "secret": secret,
            "grace": key.GRACE.days if key.previous_digest else 0,
        }
        page = TemplateResponse(request, "admin/requests_app/apikey/secret.html", context)
        page["Cache-Control"] = OWN
        return page
