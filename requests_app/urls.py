from django.urls import path, register_converter

from requests_app.converters import ReferenceConverter
from requests_app.views import (
    browse,
    confirmation,
    photos,
    privacy,
    taking_part,
    tracking,
    words,
    your_data,
)
from requests_app.views.filing import check, details, what, where
from requests_app.views.filing import photos as report_photos

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", browse.home, name="home"),
    path("photos/<slug:key>/<int:size>.webp", photos.photo, name="photo"),
    path("report/", what.start, name="report"),
    path("report/words/", words.words, name="personal_words"),
    path("report/<uuid:draft_id>/what/", what.what, name="report_what"),
    path("report/<uuid:draft_id>/where/", where.where, name="report_where"),
    path("report/<uuid:draft_id>/details/", details.details, name="report_details"),
    path("report/<uuid:draft_id>/check/", check.check, name="report_check"),
    path("report/<uuid:draft_id>/sent/", check.sent, name="report_sent"),
    path("report/<uuid:draft_id>/photos/", report_photos.photos, name="report_photos"),
    path(
        "report/<uuid:draft_id>/photos/<uuid:photo_id>/", report_photos.photo, name="report_photo"
    ),
    path("privacy/", privacy.privacy, name="privacy"),
    path("your-data/", your_data.ask, name="your_data"),
    path("your-data/deleted/", your_data.deleted, name="data_deleted"),
    path("your-data/device/", your_data.on_device, name="data_device"),
    path("your-data/device/file/", your_data.device_file, name="data_device_file"),
    path("your-data/device/deletion/", your_data.device_deletion, name="data_device_deletion"),
    path("your-data/<str:token>/", your_data.by_link, name="data_link"),
    path("your-data/<str:token>/file/", your_data.link_file, name="data_link_file"),
    path("your-data/<str:token>/deletion/", your_data.link_deletion, name="data_link_deletion"),
    path("requests/", browse.requests, name="requests"),
    path("requests/mine/", browse.my_requests, name="my_requests"),
    path("requests/find/", browse.look_up, name="look_up"),
    path(
        "requests/<reference:reference>/",
        tracking.service_request,
        name="service_request",
    ),
    path(
        "requests/<reference:reference>/live/",
        tracking.service_request_live,
        name="service_request_live",
    ),
    path(
        "requests/<reference:reference>/mine/<str:token>/",
        tracking.private_link,
        name="private_link",
    ),
    path(
        "requests/<reference:reference>/confirmation/",
        confirmation.confirmation,
        name="confirmation",
    ),
    path("requests/<reference:reference>/dispute/", confirmation.dispute, name="dispute"),
    path("requests/<reference:reference>/comments/", taking_part.comments, name="comments"),
    path("requests/<reference:reference>/answer/", taking_part.answer, name="answer"),
    path("requests/<reference:reference>/withdrawal/", taking_part.withdrawal, name="withdrawal"),
    path("requests/<reference:reference>/following/", taking_part.following, name="following"),
]
