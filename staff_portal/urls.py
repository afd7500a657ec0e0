from django.urls import include, path

from staff_portal.completion import handover
from staff_portal.completion import views as completion
from staff_portal.day_plan import views as plan
from staff_portal.inbox import views as inbox
from staff_portal.job import views as job
from staff_portal.job.forms import ACTIONS

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("live/", inbox.inbox_live, name="inbox_live"),
    path("offline/", inbox.offline, name="crew_offline"),
    path("position/", inbox.save_position, name="position"),
    path("plan/", plan.plan_page, name="plan"),
    path("plan/live/", plan.plan_live, name="plan_live"),
    *(
        path(f"plan/{noun}/", view, name=f"plan_{noun}")
        for noun, view in plan.VIEWS_OF_CHANGES.items()
    ),
    path("overview/", include("staff_portal.overview.urls")),
    path("<reference:reference>/", job.job, name="job"),
    path("<reference:reference>/live/", job.job_live, name="job_live"),
    path("<reference:reference>/people/", job.job_people, name="job_people"),
    path("<reference:reference>/completion/", completion.completion, name="completion"),
    path(
        "<reference:reference>/completion/photos/",
        completion.completion_photos,
        name="completion_photos",
    ),
    path("<reference:reference>/handover/", handover.handover, name="handover"),
    *(
        path(
            f"<reference:reference>/{action.noun}/",
            job.perform_job_action,
            {"action": action},
            name=f"job_{action.noun.replace('-', '_')}",
        )
        for action in ACTIONS
    ),
]
