"""The archive of a person's data: HTML for people, JSON for machines, and the photos."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import get_language

from city.models import City
from lib import clock
from requests_app.models import Photo

FILE_NAME = "your-data.zip"
MAX_BYTES_IN_MEMORY = 8 * 1024 * 1024  # bytes; a larger file goes by way of the disk


def write_archive(personal_data) -> SpooledTemporaryFile:
    """Return a ZIP file, open at its beginning. Missing photos are left out."""
    file = SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115 - the answer that sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        names = dict(_add_photos(archive, personal_data))
        data = _build_data(personal_data, names)
        archive.writestr(
            "your-data.json",
            json.dumps(data, ensure_ascii=False, indent=2, default=datetime.isoformat),
        )
        context = {
            "personal_data": personal_data,
            "names": names,
            "city": City.current(),
            "language": get_language(),
            "made_at": clock.now(),
        }
        archive.writestr(
            "your-data.html", render_to_string("requests_app/privacy/data_file.html", context)
        )
    file.seek(0)
    return file


def _add_photos(archive, personal_data) -> Iterator[tuple[Any, str]]:
    """Write each photo into the archive; yield its id and its name there."""
    for held in personal_data.reported:
        for number, photo in enumerate(held.photos, start=1):
            name = f"photos/{held.service_request.reference}-{number}.webp"
            try:
                with default_storage.open(photo.stored(max(Photo.SIZES))) as picture:
                    archive.writestr(name, picture.read(), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue
            yield photo.pk, name


def _build_data(personal_data, names) -> dict[str, Any]:
    return {
        "made_at": clock.now(),
        "requests": [_request_data(held, names) for held in personal_data.reported],
        "followed": [row.reference for row in personal_data.followed],
        "unsent_reports": [_draft_data(draft) for draft in personal_data.drafts],
        "content_reports": [
            {
                "reference": each.service_request.reference,
                "at": each.made_at,
                "reason": each.reason,
                "text": each.text,
            }
            for each in personal_data.content_reports
        ],
    }


def _request_data(held, names) -> dict[str, Any]:
    row, contact = held.service_request, held.contact
    return {
        "reference": row.reference,
        "category": row.category.name,
        "status": row.status,
        "outcome": row.outcome,
        "filed_at": row.filed_at,
        "closed_at": row.closed_at,
        "language": row.language,
        "is_private": row.is_private,
        "place": {
            "latitude": row.latitude and float(row.latitude),
            "longitude": row.longitude and float(row.longitude),
            "text": row.location_phrase,
            "note": row.location_note,
        },
        "description": row.description,
        "answers": [{"question": a.question.label, "answer": a.said} for a in held.answers],
        "contact": contact and _contact_data(contact),
        "words": [{"at": w.event.at, "words": w.body} for w in held.words],
        "ratings": held.ratings,
        "photos": [names[photo.pk] for photo in held.photos if photo.pk in names],
        "camera_data": [
            {
                "photo": names.get(photo.pk),
                "latitude": photo.latitude and float(photo.latitude),
                "longitude": photo.longitude and float(photo.longitude),
                "taken_at": photo.taken_at,
            }
            for photo in held.photos
            if photo.latitude is not None or photo.taken_at
        ],
    }


def _draft_data(draft) -> dict[str, Any]:
    return {
        "category": draft.category and draft.category.name,
        "place": draft.location_phrase,
        "description": draft.description,
        **_contact_data(draft),
    }


def _contact_data(row) -> dict[str, Any]:
    return {"name": row.name, "email": row.email, "phone": row.phone}
