"""The settings of how staff sign in, for how long, and with whose help."""

from lib import env

# Hours from signing in, and minutes without a sign of life, after which a session ends
SESSION_LIMITS = {
    "desk": (env.read_number("SESSION_HOURS", 12), env.read_number("SESSION_IDLE_MINUTES", 60)),
    "crew": (
        env.read_number("SESSION_CREW_HOURS", 12),
        env.read_number("SESSION_CREW_IDLE_MINUTES", 240),
    ),
}
# A day more: who comes back later is told why they were signed out.
SESSION_COOKIE_AGE = 3600 * (24 + max(hours for hours, _minutes in SESSION_LIMITS.values()))
# However somebody signs in, the limits end it: a phone closes its browser whenever it likes.
ACCOUNT_SESSION_REMEMBER = True

# Outside the demo, who sees residents' data needs a second factor unless the operator says `none`.
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
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3  # seconds for each answer of the provider; four make a sign-in
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: our policy lets no form lead to another site
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": env.build_oidc_apps(OIDC, OIDC_GROUPS)}
}
