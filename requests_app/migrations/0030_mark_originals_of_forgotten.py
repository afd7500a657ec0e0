from django.db import migrations

REQUESTS_PER_BATCH = 5_000

_MARK = """
UPDATE requests_app_photo AS photo
SET latitude = NULL, longitude = NULL, taken_at = NULL, must_clean_original = true
FROM requests_app_servicerequest AS request
WHERE photo.service_request_id = request.id
    AND request.id BETWEEN %s AND %s
    AND photo.kind IN ('report', 'dispute', 'comment')
    AND photo.original <> ''
    AND photo.uploaded_at <= greatest(request.forgotten_at, request.words_forgotten_at)
    AND NOT photo.must_clean_original
"""


def mark_originals(apps, schema_editor):
    """Mark the photos of requests that were forgotten before, a batch of requests at a time.

    Each batch is committed by itself. Photos that came after their request was forgotten are
    left to the next deletion, as are those of requests that nobody forgot. Safe to repeat.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM requests_app_servicerequest")
        first, last = cursor.fetchone()
        if first is None:
            return
        for start in range(first, last + 1, REQUESTS_PER_BATCH):
            cursor.execute(_MARK, [start, start + REQUESTS_PER_BATCH - 1])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("requests_app", "0029_originals_to_clean_index")]

    operations = [migrations.RunPython(mark_originals, migrations.RunPython.noop)]
