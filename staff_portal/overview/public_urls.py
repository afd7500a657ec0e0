"""The addresses of what everybody may know of the work."""

from django.urls import path

from staff_portal.overview import public_views

urlpatterns = [
    path("", public_views.figures, name="public_overview"),
    path("tables/<slug:table>.csv", public_views.table, name="public_overview_table"),
]
