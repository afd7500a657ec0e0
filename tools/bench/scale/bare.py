"""A minimal Django application for comparison: one view, no middleware.

granian … tools.bench.scale.bare:application
"""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="none", MIDDLEWARE=[])


def bare(request) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare)]
django.setup()
application = WSGIHandler()
