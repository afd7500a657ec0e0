"""The archive of a person's data: HTML for people, JSON for machines, and the photos."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import get_language

from city.models import City
from lib import clock
from lib.storage import default_storage
from requests_app.models import Alert, Contact, Draft, Photo
from requests_app.privacy.stored_data import PersonalData, ReportedRequest

FILE_NAME = "your-data.zip"
MAX_BYTES_IN_MEMORY = 8 * 1024 * 1024  # a larger archive is written to a temporary file


def write_archive(personal_data: PersonalData) -> SpooledTemporaryFile:
    """Return a ZIP file with JSON, HTML and photos, open at its beginning.

    Missing photos are left out. The caller closes the file.
    """
    file = SpooledTemporaryFile(MAX_BYTES_IN_MEMORY)  # noqa: SIM115 - closed by the response
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        names = dict(_add_photos(archive, personal_data))
        data = _build_data(personal_data, names) | {"emails": _add_emails(archive, personal_data)}
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


def _add_photos(
    archive: zipfile.ZipFile, personal_data: PersonalData
) -> Iterator[tuple[UUID, str]]:
    """Write the largest size of each photo into the archive; yield (id, name there).

    A photo without a file is skipped.
    """
    for reported in personal_data.reported:
        for number, photo in enumerate(reported.photos, start=1):
            name = f"photos/{reported.service_request.reference}-{number}.webp"
            try:
                with default_storage.open(photo.storage_name(max(Photo.SIZES))) as picture:
                    archive.writestr(name, picture.read(), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue
            yield photo.pk, name


def _add_emails(archive: zipfile.ZipFile, personal_data: PersonalData) -> list[dict[str, Any]]:
    """Write the content of the person's emails into the archive; return a dict for each.

    `file` is the name there, None for an email whose content is deleted.
    """
    found = []
    for number, mail in enumerate(personal_data.emails, start=1):
        name = f"emails/{number}.eml" if mail.raw else None
        if name and mail.raw:
            archive.writestr(name, bytes(mail.raw))
        found.append(
            {"received_at": mail.received_at, "state": mail.get_state_display(), "file": name}
        )
    return found


def _build_data(personal_data: PersonalData, names: dict[UUID, str]) -> dict[str, Any]:
    """Return the content of the JSON file; `names` are photos' names in the archive by id."""
    return {
        "made_at": clock.now(),
        "requests": [_request_data(reported, names) for reported in personal_data.reported],
        "followed": [row.reference for row in personal_data.followed],
        "alerts": [_alert_data(alert) for alert in personal_data.alerts],
        "notifications": [
            {"address": each.url, "since": each.created_at, "last_used": each.used_at}
            for each in personal_data.endpoints
        ],
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


def _request_data(reported: ReportedRequest, names: dict[UUID, str]) -> dict[str, Any]:
    """Return one reported request as a dict for JSON, with the person's own content."""
    row, contact = reported.service_request, reported.contact
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
        "answers": [{"question": a.question.label, "answer": a.said} for a in reported.answers],
        "contact": contact and _contact_data(contact),
        "words": [{"at": w.event.at, "words": w.body} for w in reported.words],
        "ratings": reported.ratings,
        "photos": [names[photo.pk] for photo in reported.photos if photo.pk in names],
        "camera_data": [
            {
                "photo": names.get(photo.pk),
                "latitude": photo.latitude and float(photo.latitude),
                "longitude": photo.longitude and float(photo.longitude),
                "taken_at": photo.taken_at,
            }
            for photo in reported.photos
            if photo.latitude is not None or photo.taken_at
        ],
    }


def _draft_data(draft: Draft) -> dict[str, Any]:
    """Return one draft that was not sent, with its contact details, as a dict for JSON."""
    return {
        "category": draft.category and draft.category.name,
        "place": draft.location_phrase,
        "description": draft.description,
        **_contact_data(draft),
    }


def _alert_data(alert: Alert) -> dict[str, Any]:
    """Return one alert with its filter, as a dict for JSON."""
    return {
        "email": alert.email or None,
        "frequency": alert.frequency,
        "new": alert.wants_new,
        "finished": alert.wants_finished,
        "category": alert.category and alert.category.name,
        "group": alert.group and alert.group.name,
        "zone": alert.zone and alert.zone.name,
        "words": alert.words,
        "area": [alert.west, alert.south, alert.east, alert.north],
        "radius_m": alert.radius_m,
        "place": alert.place,
        "created_at": alert.created_at,
        "confirmed_at": alert.confirmed_at,
    }


def _contact_data(row: Contact | Draft) -> dict[str, Any]:
    """Return a dict with name, email and phone."""
    return {"name": row.name, "email": row.email, "phone": row.phone}
