"""`/desk/`. The converter of references is registered by `requests_app.urls`, which comes first."""

from django.urls import path

from routing.views import acts, desk

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("live/", desk.desk_live, name="desk_live"),
    path("<reference:reference>/", desk.desk_request, name="desk_request"),
    path("<reference:reference>/live/", desk.desk_request_live, name="desk_request_live"),
    path("<reference:reference>/undo/", acts.undo, name="desk_undo"),
    *(
        path(f"<reference:reference>/{act.noun}/", act.view, name=f"desk_{act.noun}")
        for act in acts.ACTS
    ),
]
