from django.urls import path, register_converter

from requests_app.converters import ReferenceConverter
from requests_app.views import (
    browse,
    confirmation,
    feed,
    lookup,
    phone,
    photos,
    public_list,
    taking_part,
    tracking,
)
from requests_app.views.filing import check, delivery, details, offline, shared, what, where
from requests_app.views.filing import photos as report_photos

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", browse.home, name="home"),
    path("photos/<slug:key>/<int:size>.webp", photos.photo, name="photo"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("icons/<slug:kind>-<int:size>.png", phone.icon, name="icon"),
    path("icons/logo.svg", phone.logo, name="logo"),
    path("sw.js", phone.worker, name="worker"),
    path("report/", what.start, name="report"),
    path("report/offline/", offline.offline, name="report_offline"),
    path("report/waiting/", offline.waiting, name="report_waiting"),
    path("report/token/", offline.token, name="report_token"),
    path("report/shared/", shared.shared, name="report_shared"),
    path("report/<uuid:draft_id>/what/", what.what, name="report_what"),
    path("report/<uuid:draft_id>/where/", where.where, name="report_where"),
    path("report/<uuid:draft_id>/details/", details.details, name="report_details"),
    path("report/<uuid:draft_id>/check/", check.check, name="report_check"),
    path("report/<uuid:draft_id>/sent/", check.sent, name="report_sent"),
    path("report/<uuid:draft_id>/delivery/", delivery.delivery, name="report_delivery"),
    path("report/<uuid:draft_id>/photos/", report_photos.photos, name="report_photos"),
    path(
        "report/<uuid:draft_id>/photos/<uuid:photo_id>/", report_photos.photo, name="report_photo"
    ),
    path("requests/", public_list.requests, name="requests"),
    path("requests/map/", public_list.requests_map, name="requests_map"),
    path("requests/feed/", feed.feed, name="requests_feed"),
    path("requests/mine/", browse.my_requests, name="my_requests"),
    path("requests/find/", lookup.look_up, name="look_up"),
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
