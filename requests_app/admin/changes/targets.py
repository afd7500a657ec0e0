"""What a line of the security log was done to, in words, and where the administration shows it."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

# The words of each kind of id, and the page of the row.
_ROWS = {
    "key": (gettext_lazy("API key %s"), "admin:requests_app_apikey_change"),
    "webhook": (gettext_lazy("Webhook %s"), "admin:open311_webhook_change"),
    "draft": (gettext_lazy("Draft %s of the routing rules"), "admin:routing_ruledraft_change"),
    "user": (gettext_lazy("Account %s"), "admin:accounts_user_change"),
}
_WORDS = {"page": gettext_lazy("The page “%s”"), "sheet": gettext_lazy("The file %s")}
_FIXED = {
    "page:unknown": gettext_lazy("An unknown page"),
    "data:link": gettext_lazy("The data behind a private link"),
    "data:browser": gettext_lazy("The data of one browser"),
    "data:retention": gettext_lazy("Personal data older than the city keeps it"),
}


def in_words(target) -> str:
    """Of an id such as `page:desk`; anything else as it is."""
    kind, _colon, name = target.partition(":")
    if kind in _ROWS and name.isdecimal():
        return _ROWS[kind][0] % name
    if kind in _WORDS and target not in _FIXED:
        return _WORDS[kind] % name.replace("_", " ")
    return str(_FIXED.get(target, target))


def address_of(target) -> str:
    """Nothing for what has no page."""
    kind, _colon, name = target.partition(":")
    if kind in _ROWS and name.isdecimal():
        return reverse(_ROWS[kind][1], args=[name])
    if kind == "request" and name:
        found = reverse("admin:requests_app_servicerequest_changelist")
        return f"{found}?{urlencode({'q': name})}"
    return ""
