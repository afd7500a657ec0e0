"""What the web server serves: `granian --interface wsgi santa311.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
application = get_wsgi_application()
