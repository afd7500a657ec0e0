from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.signed_in_request import SignedInRequest
from city.admin.history import NewestLogFirst
from lib.text import clean_short_line
from routing import wording
from routing.admin.rules import format_problem
from routing.models import DraftedRule, RuleDraft
from routing.rules import drafts
from routing.rules.simulation_page import SimulationPage

MAX_REASON_LENGTH = 200


class OrderForm(forms.ModelForm):
    class Meta:
        model = DraftedRule
        fields = ["position", "is_active"]

    def __init__(self, *args, **kwargs) -> None:
        """Set each field's aria-label to “rule: label”, because the table has no labels."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            label = f"{self.instance.name}: {field.label}"
            field.widget.attrs["aria-label"] = label


class OrderFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index) -> None:
        """Set the aria-label of the checkbox that removes a rule: “Remove RULE from the draft”."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            label = _("Remove %(rule)s from the draft") % {"rule": form.instance.name}
            form.fields["DELETE"].widget.attrs["aria-label"] = label


def is_open_draft(draft: RuleDraft | None) -> bool:
    """Return True if the draft can be changed: it is new (None) or not published."""
    return draft is None or not draft.is_published


class OpenDraftOnly(BaseModelAdmin):
    """Admin mixin that forbids changes to published drafts."""

    def get_draft(self, obj: Model | None) -> RuleDraft | None:
        """Return the draft of `obj`: by default `obj` itself, None if it is no RuleDraft."""
        return obj if isinstance(obj, RuleDraft) else None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if the draft is not published and the user has the permission."""
        return is_open_draft(self.get_draft(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True if the draft is not published and the user has the permission."""
        return is_open_draft(self.get_draft(obj)) and super().has_delete_permission(request, obj)


class DraftedRuleInline(OpenDraftOnly, admin.TabularInline):
    """Table of a draft's rules with position and checkbox; each rule has a page of its own."""

    model = DraftedRule
    form = OrderForm
    formset = OrderFormSet
    fields = ["position", "rule", "is_active"]
    readonly_fields = ["rule"]
    extra = 0

    def get_queryset(self, request) -> QuerySet:
        """Return the drafted rules with their sources loaded."""
        return super().get_queryset(request).select_related("source")

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, drafted: DraftedRule) -> SafeString:
        """Return HTML: a link to the rule's page, “new” or “changed”, its text, and its problem."""
        reason = drafted.is_active and format_problem(drafted)
        return format_html(
            '<a href="{}">{}</a> {}<br>{}<br>{}{}',
            reverse("admin:routing_draftedrule_change", args=[drafted.pk]),
            drafted.name,
            _format_change_mark(drafted),
            wording.format_conditions(drafted),
            wording.format_effect(drafted),
            format_html("<br>{}", reason) if reason else "",
        )

    def has_add_permission(self, request, obj=None) -> bool:
        """Return False: a rule is added on a page of its own."""
        return False


def _format_change_mark(drafted: DraftedRule) -> str:
    """Return “new” or “changed” as HTML; empty if the rule is as in its source."""
    if drafted.source and not drafted.differing_columns(drafted.source):
        return ""
    word = _("changed") if drafted.source else _("new")
    return format_html('<span class="state">{}</span>', word)


@admin.register(RuleDraft)
class RuleDraftAdmin(OpenDraftOnly, NewestLogFirst, admin.ModelAdmin):
    """A copy of the rules to change and test before the city uses it."""

    list_display = ["name", "made_by", "made_at", "published_at", "published_by", "why"]
    list_select_related = ["made_by", "published_by"]
    search_fields = ["name", "why"]
    inlines = [DraftedRuleInline]
    actions = None

    class Media:
        css = {"all": ["css/admin/rules.css"]}

    def get_fields(self, request: HttpRequest, obj: RuleDraft | None = None) -> tuple[str, ...]:
        """Return the field `name`, and for a published draft when, by whom and why."""
        published = () if is_open_draft(obj) else ("published_at", "published_by", "why")
        return ("name", *published)

    def get_inlines(self, request, obj) -> list:
        """Return the table of rules; none on the page that adds a draft."""
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change) -> None:
        """Save the draft; a new one gets its author and copies of all live rules."""
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)
        if not change:
            drafts.copy_rules_into(obj)

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponseRedirect:
        """Redirect to the page of the new draft."""
        words = _("This copies today's rules. Change and test them, then publish the draft.")
        self.message_user(request, words, messages.SUCCESS)
        return redirect_to_draft(obj)

    def response_change(self, request: HttpRequest, obj: RuleDraft) -> HttpResponse:
        """Redirect to the page that the pressed button (`next`) names, after saving.

        The pages are simulation, publication and rule (a new one); without a name redirect as the
        administration does.
        """
        next_page = request.POST.get("next", "")
        if next_page in {"simulation", "publication"}:
            return redirect(f"admin:routing_ruledraft_{next_page}", obj.pk)
        if next_page == "rule":
            return redirect(f"{reverse('admin:routing_draftedrule_add')}?draft={obj.pk}")
        return super().response_change(request, obj)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        """Show the list with a title of its own."""
        title = {"title": _("Drafts of the rules")}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """Show the draft with the changes of the live rules since it was copied (`moved`).

        For a published draft the page offers a draft of the rules before it to users who may create
        one.
        """
        draft = self.get_object(request, object_id)
        told: dict[str, object] = {
            "moved": drafts.list_rule_changes_since(draft) if draft and is_open_draft(draft) else []
        }
        if draft and not is_open_draft(draft) and self._may_create(request):
            told |= {"may_go_back": True, "is_known": drafts.find_rules_before(draft) is not None}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def get_urls(self) -> list:
        """Return the URLs of the admin and those of the four further views of a draft."""
        views = [
            ("simulation", self.simulation),
            ("publication", self.publication),
            ("update", require_POST(self.update)),
            ("before", require_POST(self.before)),
        ]
        return [
            path(
                f"<int:pk>/{noun}/",
                self.admin_site.admin_view(view),
                name=f"routing_ruledraft_{noun}",
            )
            for noun, view in views
        ] + super().get_urls()

    def simulation(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Show what the draft would have done with the requests of the last 90 days.

        The figures are cached for the page that publishes. Raise Http404 without the draft,
        PermissionDenied without the permission to view it.
        """
        draft = get_object_or_404(RuleDraft, pk=pk)
        if not self.has_view_permission(request, draft):
            raise PermissionDenied
        page = SimulationPage(draft, request.GET.get("page", ""))
        page.cache_result()
        context = {"title": _("Test the draft “%s”") % draft, "page": page}
        return self._render_page(request, "simulation", draft, context)

    def publication(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Show what publishing changes and ask for a reason, or publish and redirect to the rules.

        409 if the rules have changed since the draft was copied, 422 if it cannot be published for
        another reason. Raise Http404 without the draft, and PermissionDenied if the user may not
        change drafts and rules.
        """
        draft = self._get_writable_draft(request, pk)
        if request.method != "POST":
            return self._render_publication(request, draft)
        why = clean_short_line(request.POST.get("why", ""), MAX_REASON_LENGTH)
        try:
            drafts.publish_draft(draft, by=request.user, why=why)
        except drafts.NotPublished as refused:
            status = 409 if isinstance(refused, drafts.RulesChanged) else 422
            return self._render_publication(request, draft, status, refused, why)
        self.message_user(request, _("Published. These are the rules now."), messages.SUCCESS)
        return redirect("admin:routing_routingrule_changelist")

    def update(self, request: SignedInRequest, pk: int) -> HttpResponseRedirect:
        """Merge the live rules' changes since the copy into the draft, and redirect to its page.

        A message names the rules that both changed, of which the draft's version is kept. A
        published draft is not changed. Raise Http404 and PermissionDenied like the page that
        publishes.
        """
        draft = self._get_writable_draft(request, pk)
        both = drafts.merge_current_rules(draft) if is_open_draft(draft) else []
        said, level = _("The draft is up to date with the rules."), messages.SUCCESS
        if both:
            words = _(
                "These were changed in the draft and in the live rules. The draft's version "
                "was kept. Check: %s."
            )
            said, level = words % ", ".join(both), messages.WARNING
        self.message_user(request, said, level)
        return redirect_to_draft(draft)

    def before(self, request: SignedInRequest, pk: int) -> HttpResponseRedirect:
        """Make a draft with the rules from before this one was published, and redirect to it.

        If some of these rules are no longer stored, redirect to this draft with an error message.
        Raise PermissionDenied without the permission, Http404 if the draft is not published.
        """
        if not self._may_create(request):
            raise PermissionDenied
        draft = get_object_or_404(RuleDraft, pk=pk, published_at__isnull=False)
        earlier = drafts.create_draft_from_before(draft, by=request.user)
        if earlier is None:
            said = _("Some of the rules from before are no longer kept. No draft was made.")
            self.message_user(request, said, messages.ERROR)
            return redirect_to_draft(draft)
        self.log_addition(request, earlier, [{"added": {}}])
        said = _(
            "This draft has the rules as they were before “%s” was published. Later changes aren't "
            "in it either. Test it, then publish it."
        )
        self.message_user(request, said % draft, messages.SUCCESS)
        return redirect_to_draft(earlier)

    def _may_create(self, request) -> bool:
        """Return True if the user may add drafts and change rules."""
        return self.has_add_permission(request) and drafts.may_change_rules(request.user)

    def _get_writable_draft(self, request, pk: int) -> RuleDraft:
        """Return the draft, published or not.

        Raise Http404 if it does not exist, PermissionDenied if the user may not change drafts and
        rules.
        """
        draft = get_object_or_404(RuleDraft, pk=pk)
        may = admin.ModelAdmin.has_change_permission(self, request, draft)
        if not (may and drafts.may_change_rules(request.user)):
            raise PermissionDenied
        return draft

    def _render_publication(
        self,
        request,
        draft: RuleDraft,
        status: int = 200,
        refused: drafts.NotPublished | None = None,
        why: str = "",
    ) -> HttpResponse:
        """Render the page that publishes; `refused` is why a try with the reason `why` failed."""
        context = {
            "title": _("Publish the draft “%s”") % draft,
            "changes": drafts.list_changes(draft) if is_open_draft(draft) else [],
            "moved": drafts.list_rule_changes_since(draft) if is_open_draft(draft) else [],
            "broken": [r for r in draft.rules.list_in_use() if r.problem or r.contradiction],
            "tested": SimulationPage(draft).cached_result,
            "longest": MAX_REASON_LENGTH,
            "refused": refused,
            "why": why,
        }
        return self._render_page(request, "publication", draft, context, status)

    def _render_page(
        self, request, noun: str, draft: RuleDraft, context: dict, status: int = 200
    ) -> HttpResponse:
        """Render a template of the draft's pages with the admin's context added to `context`."""
        context |= self.admin_site.each_context(request) | {"opts": self.opts, "draft": draft}
        return render(request, f"admin/routing/ruledraft/{noun}.html", context, status=status)


def redirect_to_draft(draft: RuleDraft) -> HttpResponseRedirect:
    """Return a redirect to the draft's page in the administration."""
    return redirect("admin:routing_ruledraft_change", draft.pk)
