from allauth.account import views as allauth
from allauth.socialaccount import views as social
from django.urls import include, path, re_path

from accounts import views

# Some of allauth's URLs: nobody signs up, and only an administrator changes an email address.
urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        views.ResetPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("login/code/", allauth.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("workplace/", views.redirect_to_workplace, name="workplace"),
    path("color-mode/", views.save_color_mode, name="color_mode"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("your-sign-in/sessions/", views.your_sessions, name="usersessions_list"),
    # The library's list of passkeys is a part of that page.
    path("your-sign-in/webauthn/", views.redirect_to_sign_in_settings, name="mfa_list_webauthn"),
    path("your-sign-in/totp/activate/", views.ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("your-sign-in/", include("allauth.mfa.urls")),
    path("single-sign-on/<slug:provider_id>/", views.single_sign_on, name="openid_connect_login"),
    path(
        "single-sign-on/<slug:provider_id>/callback/",
        views.single_sign_on_callback,
        name="openid_connect_callback",
    ),
    path("single-sign-on-error/", social.login_error, name="socialaccount_login_error"),
    path("single-sign-on-cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
]
