from django.contrib import admin

from city.admin.deactivation import HistoryAdmin
from city.models import (
    DeclineReason,
    HandBackReason,
    HoldReason,
    NoPhotoReason,
    ResolutionCode,
    RouteReason,
)


class ReasonAdmin(HistoryAdmin):
    list_display = ["name", "code", "position", "is_active"]
    list_editable = ["position"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]

    fixed_fields = ["code"]


admin.site.register([HandBackReason, HoldReason, NoPhotoReason, RouteReason], ReasonAdmin)


@admin.register(DeclineReason)
class DeclineReasonAdmin(ReasonAdmin):
    list_display = ["name", "code", "words", "position", "is_active"]
    search_fields = ["name", "code", "words"]


@admin.register(ResolutionCode)
class ResolutionCodeAdmin(ReasonAdmin):
    list_display = ["name", "code", "is_no_fault", "position", "is_active"]
    list_filter = ["is_active", "is_no_fault"]
