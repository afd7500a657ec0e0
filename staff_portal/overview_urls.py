"""The overview's addresses, once for a supervisor's departments and once for the whole city."""

from django.urls import path

from staff_portal.views import overview, overview_jobs


def _addresses(prefix, name, front, is_city):
    scope = {"is_city": is_city}
    given = {} if front is overview.front else scope
    jobs = f"{prefix}jobs/"
    return [
        path(prefix, front, given, name=f"{name}overview"),
        path(
            f"{prefix}tables/<slug:table>.csv", overview.table, scope, name=f"{name}overview_table"
        ),
        path(f"{prefix}requests.csv", overview.requests, scope, name=f"{name}overview_requests"),
        path(jobs, overview_jobs.jobs, scope, name=f"{name}overview_jobs"),
        path(
            f"{jobs}assignment/",
            overview_jobs.assignment,
            scope,
            name=f"{name}overview_assignment",
        ),
        *(
            path(
                f"{jobs}<reference:reference>/{noun}/",
                overview_jobs.answer,
                scope | {"noun": noun},
                name=f"{name}overview_{noun}",
            )
            for noun in overview_jobs.ANSWERS
        ),
    ]


urlpatterns = [
    *_addresses("", "", overview.front, is_city=False),
    *_addresses("city/", "city_", overview.overview, is_city=True),
]
