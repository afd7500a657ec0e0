from django.urls import path

from staff_portal import forms
from staff_portal.views import completion, inbox, job, overview


def _act(form_class):
    """The address to which one verb's form of a job's page is sent."""
    return path(
        f"<reference:reference>/{form_class.name}/",
        job.act,
        {"form_class": form_class},
        name=f"job_{form_class.name.replace('-', '_')}",
    )


urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("live/", inbox.inbox_live, name="inbox_live"),
    path("overview/", overview.overview, name="overview"),
    path("<reference:reference>/", job.job, name="job"),
    path("<reference:reference>/live/", job.job_live, name="job_live"),
    path("<reference:reference>/completion/", completion.completion, name="completion"),
    path("<reference:reference>/completion/photos/", completion.photos, name="completion_photos"),
    *(_act(form_class) for form_class in forms.ACTS),
]
