from allauth.account.signals import password_changed, password_set
from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from accounts import checks


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Register the system check and connect the signal receivers."""
        from accounts import sessions
        from accounts.security_log import receivers  # noqa: F401 - connects the receivers

        register(checks.check_second_factor_roles, Tags.security, deploy=True)
        user_logged_in.connect(sessions.start_session, dispatch_uid="accounts.sessions")


class UserSessions(UserSessionsConfig):
    """allauth's list of sessions, without its update at each sign-in.

    That update gives other browsers a new session key after a change of SECRET_KEY, which signs
    them out.
    """

    def ready(self) -> None:
        """Connect allauth's receiver to password_changed and password_set only."""
        from allauth.usersessions import signals

        for changed in (password_changed, password_set):
            changed.connect(signals.on_password_changed, dispatch_uid="accounts.sessions")
