"""URLs of the public figures."""

from django.urls import path

from staff_portal.overview import views

urlpatterns = [
    path("", views.public_overview, name="public_overview"),
    path("tables/<slug:table>.csv", views.public_table_csv, name="public_overview_table"),
]
