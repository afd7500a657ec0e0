"""The addresses of what everybody may know of the work."""

from django.urls import path

from staff_portal.views import figures

urlpatterns = [
    path("", figures.figures, name="public_overview"),
    path("tables/<slug:table>.csv", figures.table, name="public_overview_table"),
]
