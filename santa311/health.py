"""For machines: is the process up, and can it work?"""

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError

from santa311.celery import app


@require_safe
def live(request):
    return JsonResponse({"status": "up"})


@require_safe
def ready(request):
    """503 names each dependency that does not answer."""
    down = [name for name, check in _CHECKS.items() if not check()]
    return JsonResponse(
        {"status": "down" if down else "up", "down": down}, status=503 if down else 200
    )


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker():
    try:
        with app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (BrokerError, OSError):
        return False
    return True


def _photos():
    try:
        default_storage.exists("ready")
    except (OSError, BotoCoreError, ClientError):
        return False
    return True


_CHECKS = {"database": _database, "broker": _broker, "photos": _photos}
