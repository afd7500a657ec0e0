from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig

from santa311.celery import app

__all__ = ["AdminConfig", "app"]  # the tasks of every app are those of this one of Celery's


class AdminConfig(DjangoAdminConfig):
    default_site = "santa311.web.admin_site.AdministrationSite"
