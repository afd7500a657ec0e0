"""The sessions of a person: ended everywhere at once.

Somebody who is switched off needs none of this: every request asks whether they are active.
"""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from santa311.lib import clock
from santa311.lib.security_log import Kind, of_user, record


def end_all(person):
    """Sign this person out of every browser. Staff have sessions, residents have none."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.filter(expire_date__gt=clock.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            store(session.session_key).delete()
    record(Kind.SESSIONS_ENDED, target=of_user(person))
