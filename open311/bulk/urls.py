"""The addresses of the open data."""

from django.urls import path

from open311.bulk import serving, views
from open311.bulk.formats import FORMATS

urlpatterns = [
    path("open-data/", views.page, name="open_data"),
    path("open-data/datapackage.json", views.data_package, name="open_data_package"),
    path("open-data/SHA256SUMS", views.checksums, name="open_data_checksums"),
    path("data.json", views.catalog, name="open_data_catalog"),
]
for name in FORMATS:
    urlpatterns += [
        path(
            f"open-data/requests.{name}",
            views.whole,
            {"name": name, "serve": serving.plain},
            name=f"open_data_{name}",
        ),
        path(
            f"open-data/requests.{name}.gz",
            views.whole,
            {"name": name, "serve": serving.packed},
            name=f"open_data_{name}_packed",
        ),
        path(
            f"open-data/editions/<str:day>/requests.{name}.gz",
            views.dated,
            {"name": name},
            name=f"open_data_edition_{name}",
        ),
        path(
            f"open-data/selection.{name}",
            views.part,
            {"name": name},
            name=f"open_data_selection_{name}",
        ),
    ]
