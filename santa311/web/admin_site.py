from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.actions import delete_selected as delete_rows
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.sign_in import redirect_to_sign_in
from lib.security_log import Kind, record_action
from lib.text import clean_short_line
from lib.version import VERSION
from open311.models import Webhook
from routing.lists import broken_rules
from santa311.web.admin_index import PARTS
from santa311.web.admin_tasks import find_tasks, has_all_words

MAX_SEARCH_LENGTH = 100


class AdministrationSite(admin.AdminSite):
    site_header = _("311 administration")
    site_title = _("311 administration")
    index_title = _("Everything that can be configured")

    def __init__(self, name="admin") -> None:
        super().__init__(name)
        self.add_action(delete_selected, "delete_selected")

    def each_context(self, request) -> dict:
        """Return the context of every page.

        Users with permission also get `broken_rules` (of routing) and `failed_webhooks`.
        """
        context = super().each_context(request)
        if context["has_permission"]:
            failed = list(Webhook.objects.filter(off_because=Webhook.OffBecause.FAILED))
            context |= {"broken_rules": broken_rules(), "failed_webhooks": failed}
        return context

    def index(self, request, extra_context=None) -> TemplateResponse:
        """Return the front page: tasks and all tables; with `q`, those that match the search."""
        typed = clean_short_line(request.GET.get("q", ""), MAX_SEARCH_LENGTH)
        parts = self.get_app_list(request)
        models = {model["label"]: model for part in parts for model in part["models"]}
        found = (
            [part | {"models": _filter_models(typed, part)} for part in parts] if typed else parts
        )
        context = {
            "version": VERSION,
            "typed": typed,
            "tasks": find_tasks(models, typed),
            "parts": [part for part in found if part["models"]],
        }
        return super().index(request, {**(extra_context or {}), **context})

    def login(self, request, extra_context=None) -> HttpResponseRedirect:
        """Redirect to the sign-in page of all staff; users with permission to the index.

        Raise PermissionDenied for other signed-in users. The sign-in page is throttled, unlike the
        admin's own.
        """
        index = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", index))

    def password_change(  # type: ignore[override]  # it redirects instead
        self, request, extra_context=None
    ) -> HttpResponseRedirect:
        """Redirect to the password page of all staff."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def admin_view(self, view: Callable, cacheable: bool = False) -> Any:
        """Return the view, wrapped to offer a submitted form again after a sign-out.

        Signed-in users without permission get PermissionDenied (403); Django would redirect them to
        a sign-in page.
        """
        django_view = super().admin_view(view, cacheable)

        @wraps(django_view)
        def enter(request, *args, **kwargs) -> HttpResponse:
            if request.method == "POST" and not request.user.is_authenticated:
                return redirect_to_sign_in(request, onward=reverse("admin:index"))
            if _is_refused(self, request):
                raise PermissionDenied
            return django_view(request, *args, **kwargs)

        return enter

    def get_app_list(self, request, app_label=None) -> list | list[dict[str, Any]]:
        """Return the tables by section instead of by app; for one app, as Django does.

        Sections have the keys name, about and models; empty ones are left out. Tables of no section
        are in “Everything else”, the last one.
        """
        found = super().get_app_list(request, app_label)
        if app_label:
            return found
        models = {
            label: model | {"label": label}
            for app in found
            for model in app["models"]
            for label in [f"{app['app_label']}.{model['object_name']}"]
        }
        parts = [_build_part(name, about, rows, models) for name, about, rows in PARTS]
        rest = [_build_app(_("Everything else"), "", list(models.values()))] if models else []
        return [part for part in [*parts, *rest] if part["models"]]


def _is_refused(site: AdministrationSite, request) -> bool:
    """Return True if a signed-in user may not enter; everybody may sign out.

    It is False for users who are not signed in.
    """
    is_way_out = request.path == reverse("admin:logout")
    return request.user.is_authenticated and not (is_way_out or site.has_permission(request))


@admin.action(
    permissions=["delete"],
    description=delete_rows.short_description,  # type: ignore[attr-defined]  # set by a decorator
)
def delete_selected(model_admin, request, queryset) -> TemplateResponse | None:
    """Delete the rows as Django does, and record each in the security log.

    Return Django's confirmation page first, then None. A single row is not recorded here.
    """
    rows = [f"{model_admin.opts.model_name}:{pk}" for pk in queryset.values_list("pk", flat=True)]
    question = delete_rows(model_admin, request, queryset)
    if question is None and len(rows) > 1:
        for row in rows:
            record_action(Kind.SETTING_CHANGED, target=row, result="deleted")
    return question


def _filter_models(typed, part) -> list:
    """Return the tables of a section whose name, description or section has all words."""
    return [
        model
        for model in part["models"]
        if has_all_words(typed, model["name"], model.get("about", ""), part["name"])
    ]


def _build_part(name, about, rows, models) -> dict[str, Any]:
    """Return a section with its tables, and remove these tables from `models`."""
    taken = [models.pop(label) | {"about": words}
             for label, words in rows.items() if label in models]  # fmt: skip
    return _build_app(name, about, taken)


def _build_app(name, about, models) -> dict[str, Any]:
    """Return a section in the form of Django's app list."""
    return {"name": name, "about": about, "app_label": "", "app_url": "", "models": models,
            "has_module_perms": True}  # fmt: skip
