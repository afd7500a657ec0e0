from django.urls import path, register_converter

from requests_app.alerts import views as alerts
from requests_app.browsing import embed, feed
from requests_app.browsing import views as browsing
from requests_app.content_reports import views as content_reports
from requests_app.filing.steps import (
    category,
    correction,
    delivery,
    details,
    duplicates,
    location,
    offline,
    review,
    share_target,
)
from requests_app.filing.steps import photos as report_photos
from requests_app.following import views as following
from requests_app.nearest import views as nearest
from requests_app.photos import views as photos
from requests_app.posters import views as posters
from requests_app.privacy import views as privacy
from requests_app.push import views as push
from requests_app.pwa import views as pwa
from requests_app.reference import ReferenceConverter
from requests_app.replies import photos as reply_photos
from requests_app.replies import views as replies
from requests_app.replies.forms import PhotoReplyForm
from requests_app.tracking import lookup, reporter_emails
from requests_app.tracking import views as tracking

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", browsing.home, name="home"),
    path("photos/<slug:key>/<int:size>.webp", photos.serve_photo, name="photo"),
    path("photos/incoming/", photos.offer_direct_upload, name="incoming_photo"),
    path("photos/mine/<uuid:photo_id>/removal/", reply_photos.remove_photo, name="reply_photo"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("icons/<slug:kind>-<int:size>.png", pwa.icon, name="icon"),
    path("icons/logo.svg", pwa.logo, name="logo"),
    path("sw.js", pwa.service_worker, name="worker"),
    path("report/", category.start_report, name="report"),
    path("report/offline/", offline.offline_report, name="report_offline"),
    path("report/waiting/", offline.unsent_reports, name="report_waiting"),
    path("report/token/", offline.csrf_token, name="report_token"),
    path("report/shared/", share_target.receive_shared_photos, name="report_shared"),
    path("report/words/", privacy.hint_personal_data, name="personal_words"),
    path("report/<uuid:draft_id>/what/", category.category_step, name="report_what"),
    path("report/<uuid:draft_id>/where/", location.location_step, name="report_where"),
    path("report/<uuid:draft_id>/same/", duplicates.duplicates_step, name="report_same"),
    path(
        "report/<uuid:draft_id>/same/<reference:reference>/",
        duplicates.follow_duplicate,
        name="report_same_one",
    ),
    path("report/<uuid:draft_id>/details/", details.details_step, name="report_details"),
    path("report/<uuid:draft_id>/check/", review.review_step, name="report_check"),
    path("report/<uuid:draft_id>/sent/", review.receipt, name="report_sent"),
    path("report/<uuid:draft_id>/delivery/", delivery.deliver_report, name="report_delivery"),
    path("report/<uuid:draft_id>/photos/", report_photos.upload_photo, name="report_photos"),
    path(
        "report/<uuid:draft_id>/photos/<uuid:photo_id>/",
        report_photos.remove_photo,
        name="report_photo",
    ),
    path("poster/", posters.poster, name="poster"),
    path("alerts/new/", alerts.new_alert, name="new_alert"),
    path("alerts/<str:token>/", alerts.alert, name="alert"),
    path("alerts/<str:token>/end/", alerts.alert_end, name="alert_end"),
    path("notifications/", alerts.notifications_page, name="notifications"),
    path("notifications/endpoints/", push.save_endpoint, name="push_endpoints"),
    path("notifications/endpoints/removal/", push.delete_endpoint, name="push_endpoint_removal"),
    path("notifications/staff/end/", push.end_staff_notifications, name="staff_notifications_end"),
    path("notifications/<str:token>/end/", push.end_notifications, name="notifications_end"),
    path("accessibility/", browsing.accessibility, name="accessibility"),
    path("privacy/", privacy.privacy_notice, name="privacy"),
    path("your-data/", privacy.request_data_link, name="your_data"),
    path("your-data/deleted/", privacy.show_deleted, name="data_deleted"),
    path("your-data/device/", privacy.show_data, name="data_device"),
    path("your-data/device/file/", privacy.download_data, name="data_device_file"),
    path("your-data/device/deletion/", privacy.delete_data, name="data_device_deletion"),
    path("your-data/<str:token>/", privacy.show_data, name="data_link"),
    path("your-data/<str:token>/file/", privacy.download_data, name="data_link_file"),
    path("your-data/<str:token>/deletion/", privacy.delete_data, name="data_link_deletion"),
    path("requests/", browsing.request_list, name="requests"),
    path("requests/map/", browsing.map_data, name="requests_map"),
    path("embed/", embed.embed, name="embed"),
    path("embed/map/", embed.embed_map_data, name="embed_map"),
    path("requests/feed/", feed.requests_feed, name="requests_feed"),
    path("requests/position/", nearest.choose_position, name="where_you_are"),
    path("requests/mine/", browsing.my_requests, name="my_requests"),
    path("requests/find/", lookup.look_up, name="look_up"),
    path("requests/links/", lookup.lost_links, name="lost_links"),
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
        "requests/<reference:reference>/mine/<str:token>/emails/",
        reporter_emails.reporter_emails_link,
        name="reporter_emails_link",
    ),
    path(
        "requests/<reference:reference>/emails/",
        reporter_emails.reporter_emails,
        name="reporter_emails",
    ),
    path(
        "requests/<reference:reference>/correction/", correction.start_correction, name="correction"
    ),
    *(
        path(
            f"requests/<reference:reference>/{action.noun}/",
            replies.reply,
            {"action": action},
            name=action.noun,
        )
        for action in replies.ACTIONS
    ),
    *(
        path(
            f"requests/<reference:reference>/{action.noun}/photos/",
            reply_photos.upload_photo,
            {"action": action},
            name=f"{action.verb}_photos",
        )
        for action in replies.ACTIONS
        if issubclass(action.form, PhotoReplyForm)
    ),
    path(
        "requests/<reference:reference>/content-reports/",
        content_reports.content_reports,
        name="content_reports",
    ),
    path("requests/<reference:reference>/following/", following.following, name="following"),
    path(
        "requests/<reference:reference>/following/<str:token>/",
        following.follower_link,
        name="follower_link",
    ),
    path(
        "requests/<reference:reference>/following/<str:token>/end/",
        following.end_following,
        name="following_end",
    ),
]
