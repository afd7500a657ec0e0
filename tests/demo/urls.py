"""URLconf of the project in demo mode."""

from django.urls import include, path

from santa311 import urls

urlpatterns = [*urls.urlpatterns, path("demo/", include("tools.demo.urls"))]
handler400 = urls.handler400
