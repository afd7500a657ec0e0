"""What fills up on the machine that this process runs on."""

import shutil
import tempfile

from django.conf import settings

from santa311.observability.gauge import gauge


def figures():
    folders = {"data": settings.DATA_DIR, "temporary": tempfile.gettempdir()}
    if settings.METRICS_DIR:
        folders["metrics"] = settings.METRICS_DIR
    free = {name: _free(path) for name, path in folders.items()}
    yield gauge("folder_free_ratio", "Free part of a folder's disk.", free, label="folder")


def _free(path):
    try:
        usage = shutil.disk_usage(path)
    except OSError:  # not made yet
        return None
    return usage.free / usage.total
