"""The WSGI application: `granian --interface wsgi santa311.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from lib.call_stack import reserve_stack

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
application = reserve_stack(get_wsgi_application())
# Before the first visitor, who would wait for it. What was loaded stays until the process ends:
# each full collection of garbage would look at all of it again, some 25 ms.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
