from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from city.admin.history import NewestLogFirst
from lib.text import clean_short_line
from routing import wording
from routing.admin.rules import broken
from routing.models import DraftedRule, RuleDraft
from routing.rules import drafts
from routing.rules.simulation_page import SimulationPage

LONGEST_REASON = 200


class OrderForm(forms.ModelForm):
    class Meta:
        model = DraftedRule
        fields = ["position", "is_active"]

    def __init__(self, *args, **kwargs) -> None:
        """Each field says whose it is: a table has no labels."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            label = f"{self.instance.name}: {field.label}"
            field.widget.attrs["aria-label"] = label


class OrderFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index) -> None:
        """The box that removes a rule says so too."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            label = _("Remove %(rule)s from the draft") % {"rule": form.instance.name}
            form.fields["DELETE"].widget.attrs["aria-label"] = label


def is_open(draft) -> bool:
    """Whether the draft can still be changed; None is one that is being made."""
    return draft is None or not draft.is_published


class WhileOpen:
    """Mixin for an admin: of a draft that is published nothing is changed or deleted any more."""

    def draft_of(self, obj):
        return obj

    def has_change_permission(self, request, obj=None) -> bool:
        return is_open(self.draft_of(obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return is_open(self.draft_of(obj)) and super().has_delete_permission(request, obj)


class DraftedRuleInline(WhileOpen, admin.TabularInline):
    """The order and the switches at a glance; each rule has a page of its own."""

    model = DraftedRule
    form = OrderForm
    formset = OrderFormSet
    fields = ["position", "rule", "is_active"]
    readonly_fields = ["rule"]
    extra = 0

    def get_queryset(self, request) -> QuerySet:
        return super().get_queryset(request).select_related("source")

    @admin.display(description=gettext_lazy("rule"))
    def rule(self, drafted) -> SafeString:
        reason = drafted.is_active and broken(drafted)
        return format_html(
            '<a href="{}">{}</a> {}<br>{}<br>{}{}',
            reverse("admin:routing_draftedrule_change", args=[drafted.pk]),
            drafted.name,
            _mark(drafted),
            wording.asks(drafted),
            wording.does(drafted),
            format_html("<br>{}", reason) if reason else "",
        )

    def has_add_permission(self, request, obj=None) -> bool:
        return False


def _mark(drafted) -> str:
    if drafted.source and not drafted.differing(drafted.source):
        return ""
    word = _("changed") if drafted.source else _("new")
    return format_html('<span class="rule-mark">{}</span>', word)


@admin.register(RuleDraft)
class RuleDraftAdmin(WhileOpen, NewestLogFirst, admin.ModelAdmin):
    """A copy of the rules to change and try before the city uses it."""

    list_display = ["name", "made_by", "made_at", "published_at", "published_by", "why"]
    list_select_related = ["made_by", "published_by"]
    search_fields = ["name", "why"]
    inlines = [DraftedRuleInline]
    actions = None

    class Media:
        css = {"all": ["css/admin/rules.css"]}

    def get_fields(self, request, obj=None) -> list[str]:
        return ["name", "published_at", "published_by", "why"] if not is_open(obj) else ["name"]

    def get_inlines(self, request, obj) -> list:
        return self.inlines if obj else []

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)
        if not change:
            drafts.fill(obj)

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponseRedirect:
        """Straight to the copied rules: that is what a draft is made for."""
        words = _("This copies today's rules. Change and test them, then publish the draft.")
        self.message_user(request, words, messages.SUCCESS)
        return to_draft(obj)

    def response_change(self, request: HttpRequest, obj: RuleDraft) -> HttpResponse:
        """Go on to the page that the button named, now that what was typed is saved."""
        next_page = request.POST.get("next", "")
        if next_page in {"simulation", "publication"}:
            return redirect(f"admin:routing_ruledraft_{next_page}", obj.pk)
        if next_page == "rule":
            return redirect(f"{reverse('admin:routing_draftedrule_add')}?draft={obj.pk}")
        return super().response_change(request, obj)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        title = {"title": _("Drafts of the rules")}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        draft = self.get_object(request, object_id)
        told = {"moved": drafts.moved_on(draft) if draft and is_open(draft) else []}
        if draft and not is_open(draft) and self._may_make(request):
            told |= {"may_go_back": True, "is_known": drafts.rules_before(draft) is not None}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def get_urls(self) -> list:
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

    def simulation(self, request, pk) -> HttpResponse:
        """What the draft would have done with the last 90 days."""
        draft = get_object_or_404(RuleDraft, pk=pk)
        if not self.has_view_permission(request, draft):
            raise PermissionDenied
        page = SimulationPage(draft, request.GET.get("page", ""))
        page.keep()
        context = {"title": _("Test the draft “%s”") % draft, "page": page}
        return self._show(request, "simulation", draft, context)

    def publication(self, request, pk) -> HttpResponse:
        """What publishing changes, and the reason for it; refused where the rules have moved on."""
        draft = self._may_write(request, pk)
        if request.method != "POST":
            return self._show_publication(request, draft)
        why = clean_short_line(request.POST.get("why", ""), LONGEST_REASON)
        try:
            drafts.publish(draft, by=request.user, why=why)
        except drafts.NotPublished as refused:
            status = 409 if isinstance(refused, drafts.RulesMoved) else 422
            return self._show_publication(request, draft, status, refused, why)
        self.message_user(request, _("Published. These are the rules now."), messages.SUCCESS)
        return redirect("admin:routing_routingrule_changelist")

    def update(self, request, pk) -> HttpResponseRedirect:
        """Bring what happened to the rules since into the draft."""
        draft = self._may_write(request, pk)
        both = drafts.catch_up(draft) if is_open(draft) else []
        said, level = _("The draft is up to date with the rules."), messages.SUCCESS
        if both:
            words = _(
                "These were changed in the draft and in the live rules. The draft's version "
                "was kept. Check: %s."
            )
            said, level = words % ", ".join(both), messages.WARNING
        self.message_user(request, said, level)
        return to_draft(draft)

    def before(self, request, pk) -> HttpResponseRedirect:
        """Make a draft with the rules as they were before this one was published."""
        if not self._may_make(request):
            raise PermissionDenied
        draft = get_object_or_404(RuleDraft, pk=pk, published_at__isnull=False)
        earlier = drafts.draft_from_before(draft, by=request.user)
        if earlier is None:
            said = _("Some of the rules from before are no longer kept. No draft was made.")
            self.message_user(request, said, messages.ERROR)
            return to_draft(draft)
        self.log_addition(request, earlier, [{"added": {}}])
        said = _(
            "This draft has the rules as they were before “%s” was published. Later changes aren't "
            "in it either. Test it, then publish it."
        )
        self.message_user(request, said % draft, messages.SUCCESS)
        return to_draft(earlier)

    def _may_make(self, request) -> bool:
        return self.has_add_permission(request) and drafts.may_write(request.user)

    def _may_write(self, request, pk) -> RuleDraft:
        draft = get_object_or_404(RuleDraft, pk=pk)
        may = admin.ModelAdmin.has_change_permission(self, request, draft)
        if not (may and drafts.may_write(request.user)):
            raise PermissionDenied
        return draft

    def _show_publication(self, request, draft, status=200, refused=None, why="") -> HttpResponse:
        context = {
            "title": _("Publish the draft “%s”") % draft,
            "changes": drafts.changes(draft) if is_open(draft) else [],
            "moved": drafts.moved_on(draft) if is_open(draft) else [],
            "broken": [r for r in draft.rules.in_order() if r.problem or r.contradiction],
            "tested": SimulationPage(draft).last_test,
            "longest": LONGEST_REASON,
            "refused": refused,
            "why": why,
        }
        return self._show(request, "publication", draft, context, status)

    def _show(
        self, request, noun: str, draft: RuleDraft, context: dict, status: int = 200
    ) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {"opts": self.opts, "draft": draft}
        return render(request, f"admin/routing/ruledraft/{noun}.html", context, status=status)


def to_draft(draft) -> HttpResponseRedirect:
    """To where it is worked on."""
    return redirect("admin:routing_ruledraft_change", draft.pk)
