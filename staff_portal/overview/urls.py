"""URLs of the overview: one set for a supervisor's departments, one for the city."""

from django.urls import URLPattern, path

from staff_portal.overview import job_views
from staff_portal.overview import views as overview
from staff_portal.overview.scheduled import views as scheduled


def _build_url_patterns(prefix: str, name: str, is_city: bool) -> list[URLPattern]:
    """Return the overview's patterns below `prefix`, with URL names that begin with `name`."""
    scope = {"is_city": is_city}
    jobs = f"{prefix}jobs/"
    return [
        path(prefix, overview.overview, scope, name=f"{name}overview"),
        path(
            f"{prefix}tables/<slug:table>.csv",
            overview.table_csv,
            scope,
            name=f"{name}overview_table",
        ),
        path(
            f"{prefix}requests.csv", overview.requests_csv, scope, name=f"{name}overview_requests"
        ),
        path(
            f"{prefix}reports/new/", scheduled.new_report, scope, name=f"{name}overview_report_new"
        ),
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
            for noun in job_views.ANSWER_ACTIONS
        ),
    ]


urlpatterns = [
    *_build_url_patterns("", "", is_city=False),
    *_build_url_patterns("city/", "city_", is_city=True),
    path("reports/", scheduled.reports, name="overview_reports"),
    path("reports/<int:report>/", scheduled.report, name="overview_report"),
    path("reports/<int:report>/mail/", scheduled.report_mail, name="overview_report_mail"),
    path(
        "reports/<int:report>/deletion/", scheduled.report_deletion, name="overview_report_deletion"
    ),
]
