from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from city.views import robots_txt, security_txt
from santa311.web import health
from staff_portal.overview.scheduled import views as scheduled

urlpatterns = [
    path("", include("requests_app.urls")),
    path("figures/", include("staff_portal.overview.public_urls")),
    path("scheduled-reports/<str:token>/end/", scheduled.report_end, name="overview_report_end"),
    path("city/", include("city.urls")),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("robots.txt", robots_txt, name="robots_txt"),
    path("desk/", include("routing.urls")),
    path("staff/", include("staff_portal.urls")),
    path("", include("open311.urls")),
    path("", include("notifications.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("healthz/live", health.live, name="health_live"),
    path("healthz/ready", health.ready, name="health_ready"),
    path("healthz/serving", health.serving, name="health_serving"),
]
if settings.DEMO_MODE:
    urlpatterns.append(path("demo/", include("tools.demo.urls")))

# django-allauth's pages use it.
handler429 = "santa311.web.rate_limits.render_too_many_requests"
handler400 = "santa311.web.errors.bad_request"
handler500 = "santa311.web.outage.server_error"
