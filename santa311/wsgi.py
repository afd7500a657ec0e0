"""The WSGI application: `granian --interface wsgi santa311.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from lib.call_stack import reserve_stack

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
application = reserve_stack(get_wsgi_application())
# Load the URL patterns before the first request, which would wait for them. freeze() exempts all
# loaded objects from garbage collection, which would take some 25 ms each time.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
