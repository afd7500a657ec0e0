"""The URLs below `/demo/`; `santa311.urls` includes them in demo mode only."""

from django.urls import path

from tools.demo import views

urlpatterns = [
    path("role/", views.role, name="demo_role"),
    path("pushes/<slug:name>/", views.take_push, name="demo_push"),
    path("mails/", views.mails, name="demo_mails"),
    path("mails/<slug:name>/", views.mail, name="demo_mail"),
    path("mails/<slug:name>/page/", views.mail_page, name="demo_mail_page"),
]
