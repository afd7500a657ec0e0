"""The administration of webhooks: receivers, kinds of events, state, and secrets shown once."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from city.admin.history import NewestLogFirst
from city.models import Category
from lib import clock, outbound, security_log
from open311.models import EventKind, Webhook, WebhookDelivery
from open311.webhooks import circuit, deliveries

_SESSION_KEY = "webhook_secret_to_show"  # in the session: the webhook whose secret was just made
_BOTH = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]
State = WebhookDelivery.State


class WebhookForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(kind.value, kind.label) for kind in EventKind if kind != EventKind.REMOVED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Select none to send all of them. That a request is no longer public is always sent."
        ),
    )
    categories = forms.ModelMultipleChoiceField(
        Category.objects.filter(is_private=False),
        label=gettext_lazy("Categories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Select none to send requests of all categories."),
    )

    class Meta:
        model = Webhook
        fields = ["name", "url", "kinds", "categories", "is_active"]

    def clean_url(self) -> str:
        """Return the stripped URL. Raise ValidationError if a changed one may not be called.

        An unchanged one is not checked: its server may be unavailable just now.
        """
        url = self.cleaned_data["url"].strip()
        if "url" in self.changed_data:
            try:
                outbound.check_url(url, allowed=settings.WEBHOOK_ALLOWED_HOSTS)
            except outbound.FailedCall as failed:
                raise forms.ValidationError(str(failed.sentence)) from failed
        return url


@admin.register(Webhook)
class WebhookAdmin(NewestLogFirst, admin.ModelAdmin):
    form = WebhookForm
    list_display = ["name", "url", "said_state", "waiting"]
    list_filter = ["is_active"]
    search_fields = ["name", "url"]
    actions = ["send_test", "send_failed_again", "make_secret"]
    readonly_fields = ["said_state", "answered_at", "waiting", "deliveries_link"]

    def get_fieldsets(self, request, obj=None) -> list:
        """Return the fieldsets; an existing webhook has one more, about its state."""
        told = [
            (None, {"fields": ["name", "url", "is_active"]}),
            (_("What is sent"), {"fields": ["kinds", "categories"]}),
        ]
        if obj is None:
            return told
        fields = ["said_state", "answered_at", "waiting", "deliveries_link"]
        return [(_("How it goes"), {"fields": fields}), *told]

    def get_queryset(self, request) -> QuerySet:
        """Annotate each webhook with `due`, the number of its deliveries in the state DUE.

        These are also deliveries to be retried later.
        """
        due = Count("deliveries", filter=Q(deliveries__state=State.DUE))
        return super().get_queryset(request).annotate(due=due)

    def get_urls(self) -> list[URLPattern]:
        """Return Django's URLs, and the one of the page that shows a secret."""
        shown = path(
            "<int:pk>/secret/",
            self.admin_site.admin_view(self.show_secret),
            name="open311_webhook_secret",
        )
        return [shown, *super().get_urls()]

    def save_model(self, request, obj, form, change) -> None:
        """Save the webhook, and record it in the security log. A new one gets a secret.

        A changed `is_active` also activates or deactivates it: failures are reset, or due
        deliveries fail.
        """
        if not change:
            obj.make_secret()
        is_switched = change and "is_active" in form.changed_data
        obj.off_because = "" if obj.is_active else obj.off_because or Webhook.OffBecause.BY_HAND
        super().save_model(request, obj, form, change)
        if is_switched and obj.is_active:
            circuit.activate_webhook(obj)
        elif is_switched:
            circuit.deactivate_webhook(obj, Webhook.OffBecause.BY_HAND)
        _record_in_security_log(obj, "changed" if change else "added")

    def get_deleted_objects(self, objs, request) -> tuple[list[str], dict, set, list]:
        """Return (names, {plural name: number of webhooks}, set(), []).

        Deliveries, maybe a million, are deleted too, but not listed. No permission is missing, and
        nothing is protected.
        """
        names = [str(webhook) for webhook in objs]
        return names, {self.opts.verbose_name_plural: len(names)}, set(), []

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponseRedirect:
        """Redirect to the page that shows the new secret, once."""
        return self._go_and_show(request, obj)

    @admin.action(description=gettext_lazy("Send a test"), permissions=["change"], location=_BOTH)
    def send_test(self, request, queryset) -> None:
        """Send a test to each active webhook that is selected; warn if there is none."""
        rows = list(queryset.filter(is_active=True))
        for webhook in rows:
            deliveries.send_test(webhook)
        words = ngettext(
            "%(n)s test is on its way. See what became of it under Webhook deliveries.",
            "%(n)s tests are on their way. See what became of them under Webhook deliveries.",
            len(rows),
        )
        told = words % {"n": len(rows)} if rows else _("Turn it on first.")
        self.message_user(request, told, messages.SUCCESS if rows else messages.WARNING)

    @admin.action(
        description=gettext_lazy("Send failed deliveries again"),
        permissions=["change"],
        location=_BOTH,
    )
    def send_failed_again(self, request, queryset) -> None:
        """Send the failed deliveries of selected active webhooks again, and show their number."""
        failed = WebhookDelivery.objects.filter(
            webhook__in=queryset.values("pk"), state=State.FAILED
        )
        show_resent_message(self, request, deliveries.resend_deliveries(failed))

    @admin.action(
        description=gettext_lazy("Make a new secret"), permissions=["change"], location=_BOTH
    )
    def make_secret(self, request, queryset) -> HttpResponseRedirect | None:
        """Make and save a new secret of one webhook, and redirect to the page that shows it.

        Show a warning and return None unless exactly one is selected. The old secret becomes
        invalid. The change is recorded in the admin's history and in the security log.
        """
        rows = list(queryset)
        if len(rows) != 1:
            self.message_user(request, _("Select one webhook."), messages.WARNING)
            return None
        (webhook,) = rows
        webhook.make_secret()
        webhook.save(update_fields=["locked_secret"])
        self.log_change(request, webhook, _("Made a new secret."))
        _record_in_security_log(webhook, "secret_made")
        return self._go_and_show(request, webhook)

    def _go_and_show(self, request, webhook) -> HttpResponseRedirect:
        """Remember in the session who may see the secret, and redirect to its page."""
        request.session[_SESSION_KEY] = webhook.pk
        return HttpResponseRedirect(reverse("admin:open311_webhook_secret", args=[webhook.pk]))

    def show_secret(self, request, pk) -> HttpResponse:
        """Show the secret, once, to the session that made it; else redirect with a warning.

        Raise PermissionDenied without the permission to change webhooks, and Http404 for an unknown
        webhook.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        webhook = get_object_or_404(Webhook, pk=pk)
        if request.session.pop(_SESSION_KEY, None) != pk:
            words = _("A secret is shown once. If it's lost, make a new one.")
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:open311_webhook_change", args=[pk]))
        title = _("Secret of %(name)s") % {"name": webhook}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "webhook": webhook,
        }
        return render(request, "admin/open311/webhook/secret.html", context)

    @admin.display(description=gettext_lazy("state"))
    def said_state(self, webhook) -> SafeString:
        """Return the state in a colored span."""
        return format_html('<span class="state state--{}">{}</span>', *_describe_state(webhook))

    @admin.display(description=gettext_lazy("waiting"))
    def waiting(self, webhook) -> int:
        """Return the number of deliveries in the state DUE, as get_queryset() annotates it."""
        return webhook.due

    @admin.display(description=gettext_lazy("deliveries"))
    def deliveries_link(self, webhook) -> SafeString:
        """Return a link to the list of the webhook's deliveries."""
        url = reverse("admin:open311_webhookdelivery_changelist")
        return format_html(
            '<a href="{}?webhook__id__exact={}">{}</a>', url, webhook.pk, _("See all")
        )


def _describe_state(webhook: Webhook) -> tuple[str, str]:
    """Return a modifier of the CSS class `state` (over, waiting, come), and the state in words."""
    if not webhook.is_active:
        return "over", webhook.get_off_because_display()
    if webhook.failing_since:
        words = _("Failing since %(when)s") % {
            "when": clock.format_relative_datetime(webhook.failing_since)
        }
        return "waiting", words
    return "come", _("On")


def _record_in_security_log(webhook, what) -> None:
    """Record the action `webhook.<what>`: a webhook sends a city's data to another system."""
    security_log.record_action(f"webhook.{what}", target=f"webhook:{webhook.pk}")


def show_resent_message(model_admin, request, count) -> None:
    """Show how many deliveries will be sent again; a warning for 0."""
    words = ngettext(
        "%(n)s delivery will be sent again.", "%(n)s deliveries will be sent again.", count
    )
    told = words % {"n": count}
    if not count:
        told = _("Nothing to send again: it's waiting already, or its webhook is off.")
    model_admin.message_user(request, told, messages.SUCCESS if count else messages.WARNING)
