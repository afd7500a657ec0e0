"""The address for emails that arrive."""

from django.urls import path

from notifications.incoming import views

urlpatterns = [path("hooks/mail/", views.mail_hook, name="mail_hook")]
