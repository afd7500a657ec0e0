from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig

from santa311.celery import app

__all__ = ["AdminConfig", "app"]  # loads Celery's app, to which the tasks of every app belong


class AdminConfig(DjangoAdminConfig):
    default_site = "santa311.web.admin_site.AdministrationSite"
