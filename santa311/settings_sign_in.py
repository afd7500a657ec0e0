"""Settings of sign-in by staff: limits of sessions, second factors, and single sign-on."""

from lib import env

# Hours after the sign-in, and minutes without activity, after which a session ends
SESSION_LIMITS = {
    "desk": (env.read_number("SESSION_HOURS", 12), env.read_number("SESSION_IDLE_MINUTES", 60)),
    "crew": (
        env.read_number("SESSION_CREW_HOURS", 12),
        env.read_number("SESSION_CREW_IDLE_MINUTES", 240),
    ),
}
# A day longer than the longest limit, so that users who return read why they were signed out.
SESSION_COOKIE_AGE = 3600 * (24 + max(hours for hours, _minutes in SESSION_LIMITS.values()))
# Sessions outlast the browser, which phones close at any time; the limits above end them.
ACCOUNT_SESSION_REMEMBER = True

# Roles that need a second factor. By default, outside the demo, those that see residents' data.
REQUIRE_SECOND_FACTOR_FOR = env.read_choices(
    "REQUIRE_SECOND_FACTOR_FOR",
    ["admin", "agent", "lead", "supervisor", "member"],
    "none" if env.read_flag("DEMO_MODE") else "admin,agent,supervisor",
)

# Single sign-on with the city's own provider (OpenID Connect); accounts/single_sign_on.py
OIDC = env.read_all_or_none("OIDC_NAME", "OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
OIDC_GROUPS = env.read_pairs("OIDC_GROUPS")
OIDC_GROUPS_CLAIM = env.read_text("OIDC_GROUPS_CLAIM", "groups")
OIDC_EMAILS_ARE_VERIFIED = env.read_flag("OIDC_EMAILS_ARE_VERIFIED")
OIDC_ASKS_SECOND_FACTOR = env.read_flag("OIDC_ASKS_SECOND_FACTOR")
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3  # seconds per response of the provider; a sign-in needs four
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link, as our CSP allows no form to lead to another site
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": env.build_oidc_apps(OIDC, OIDC_GROUPS)}
}
