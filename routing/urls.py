"""The URLs under `/desk/`. `requests_app.urls`, included before, registers `<reference:…>`."""

from django.urls import path

from routing.desk import actions, erasure, live, perform
from routing.desk import shift_notes as shift
from routing.desk import views as desk
from routing.desk.bulk import views as bulk
from routing.desk.redaction import views as redaction
from routing.desk.saved_views import views
from routing.intake import views as intake
from routing.rules import views as rules

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("live/", desk.desk_live, name="desk_live"),
    path("views/", views.views, name="desk_views"),
    path("views/<int:view>/name/", views.view_name, name="desk_view_name"),
    path("views/<int:view>/deletion/", views.view_deletion, name="desk_view_deletion"),
    path("views/<int:view>/sharing/", views.view_sharing, name="desk_view_sharing"),
    path("shift-notes/", shift.shift_notes, name="desk_shift_notes"),
    path(
        "shift-notes/<int:note>/deletion/",
        shift.shift_note_deletion,
        name="desk_shift_note_deletion",
    ),
    path("batches/", bulk.batches, name="desk_batches"),
    path("batches/usual-departments/", bulk.usual_departments, name="desk_batch_usual"),
    path("batches/<uuid:key>/", bulk.batch, name="desk_batch"),
    path("batches/<uuid:key>/undo/", bulk.batch_undo, name="desk_batch_undo"),
    path("rules/", rules.rules, name="desk_rules"),
    path("intake/", intake.intake, name="intake"),
    path("intake/live/", intake.live, name="intake_live"),
    path("intake/places/", intake.places, name="intake_places"),
    path("intake/categories/", intake.categories, name="intake_categories"),
    path("intake/questions/", intake.category_questions, name="intake_questions"),
    path("intake/around/", intake.around, name="intake_around"),
    path("intake/earlier/", intake.earlier, name="intake_earlier"),
    path("intake/<reference:reference>/", intake.filed_call, name="intake_taken"),
    path("<reference:reference>/", desk.desk_request, name="desk_request"),
    path("<reference:reference>/live/", live.desk_request_live, name="desk_request_live"),
    path("<reference:reference>/people/", live.people, name="desk_people"),
    path("<reference:reference>/around/", live.desk_around, name="desk_around"),
    path("<reference:reference>/departure/", live.departure, name="desk_departure"),
    path("<reference:reference>/looks/", live.looks, name="desk_looks"),
    path("<reference:reference>/undo/", perform.undo, name="desk_undo"),
    *(
        path(
            f"<reference:reference>/{action.noun}/",
            perform.perform_action,
            {"action": action},
            name=f"desk_{action.noun}",
        )
        for action in actions.ACTIONS
    ),
    path("<reference:reference>/forgetting/", erasure.forgetting, name="desk_forgetting"),
    path("<reference:reference>/kinds/", live.kinds, name="desk_kinds"),
    path(
        "<reference:reference>/photos/<uuid:photo>/uncovered/",
        redaction.uncovered,
        name="desk_photo_uncovered",
    ),
    *(
        path(f"<reference:reference>/{where}/", redaction.redaction_page, name=name)
        for where, name, _actions in redaction.SUBJECTS
    ),
    *(
        path(
            f"<reference:reference>/{where}/{action.noun}/",
            redaction.perform_action,
            {"action": action},
            name=f"{name}_{action.noun}",
        )
        for where, name, actions in redaction.SUBJECTS
        for action in actions
    ),
]
