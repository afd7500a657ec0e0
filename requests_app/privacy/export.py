"""A person's data as one file: for people (HTML), for machines (JSON), and their photos."""

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

NAME = "your-data.zip"
IN_MEMORY = 8 * 1024 * 1024  # bytes; a larger file goes by way of the disk


def write(holdings) -> SpooledTemporaryFile:
    """The file, open and at its beginning. A photo that is not there any more is left out."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer that sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        names = dict(_photos(archive, holdings))
        data = _as_data(holdings, names)
        archive.writestr(
            "your-data.json",
            json.dumps(data, ensure_ascii=False, indent=2, default=datetime.isoformat),
        )
        context = {
            "holdings": holdings,
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


def _photos(archive, holdings) -> Iterator[tuple[Any, str]]:
    """Each picture as it went in, (id of the photo, name in the file)."""
    for held in holdings.held:
        for number, photo in enumerate(held.photos, start=1):
            name = f"photos/{held.service_request.reference}-{number}.webp"
            try:
                with default_storage.open(photo.stored(max(Photo.SIZES))) as picture:
                    archive.writestr(name, picture.read(), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue
            yield photo.pk, name


def _as_data(holdings, names) -> dict[str, Any]:
    return {
        "made_at": clock.now(),
        "requests": [_request(held, names) for held in holdings.held],
        "followed": [row.reference for row in holdings.followed],
        "unsent_reports": [_draft(draft) for draft in holdings.drafts],
        "content_reports": [
            {
                "reference": each.service_request.reference,
                "at": each.made_at,
                "reason": each.reason,
                "text": each.text,
            }
            for each in holdings.content_reports
        ],
    }


def _request(held, names) -> dict[str, Any]:
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
        "contact": contact and _reach(contact),
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


def _draft(draft) -> dict[str, Any]:
    return {
        "category": draft.category and draft.category.name,
        "place": draft.location_phrase,
        "description": draft.description,
        **_reach(draft),
    }


def _reach(row) -> dict[str, Any]:
    return {"name": row.name, "email": row.email, "phone": row.phone}
