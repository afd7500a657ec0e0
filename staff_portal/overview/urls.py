"""The overview's addresses, once for a supervisor's departments and once for the whole city."""

from django.urls import URLPattern, path

from staff_portal.overview import job_views
from staff_portal.overview import views as overview


def _addresses(prefix, name, is_city) -> list[URLPattern]:
    scope = {"is_city": is_city}
    jobs = f"{prefix}jobs/"
    return [
        path(prefix, overview.front, scope, name=f"{name}overview"),
        path(
            f"{prefix}tables/<slug:table>.csv", overview.table, scope, name=f"{name}overview_table"
        ),
        path(f"{prefix}requests.csv", overview.requests, scope, name=f"{name}overview_requests"),
        path(jobs, job_views.jobs, scope, name=f"{name}overview_jobs"),
        path(
            f"{jobs}assignment/",
            job_views.assignment,
            scope,
            name=f"{name}overview_assignment",
        ),
        path(
            f"{jobs}assignment/undo/",
            job_views.assignment_undo,
            scope,
            name=f"{name}overview_assignment_undo",
        ),
        *(
            path(
                f"{jobs}<reference:reference>/{noun}/",
                job_views.answer,
                scope | {"noun": noun},
                name=f"{name}overview_{noun}",
            )
            for noun in job_views.ANSWERS
        ),
    ]


urlpatterns = [
    *_addresses("", "", is_city=False),
    *_addresses("city/", "city_", is_city=True),
]
