"""The addresses of the open data."""

from django.urls import path

from open311.bulk import serving, views
from open311.bulk.formats import FORMATS

urlpatterns = [path("open-data/", views.page, name="open_data")]
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
            f"open-data/selection.{name}",
            views.part,
            {"name": name},
            name=f"open_data_selection_{name}",
        ),
    ]
