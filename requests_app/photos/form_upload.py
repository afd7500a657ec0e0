"""Photos of a form: its files, and photos kept when the form was sent before.

Valid photos are kept whatever is wrong with the rest, so that nobody has to take them again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files import File
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from lib.http import parse_uuids
from requests_app.errors import FileTooLarge, InvalidInput, ServerBusy, TooManyItems
from requests_app.models import Device, Photo
from requests_app.photos import direct_upload, uploading

MAX_NAMED_FILES = 5  # names in the message about files beyond MAX_PHOTOS


@dataclass
class FormPhotos:
    """Photos of a form and error messages about its other files.

    `refusal` is a ServerBusy or FileTooLarge that was raised, which sets another status than 422,
    or None.
    """

    photos: list[Photo]
    problems: list[str] = field(default_factory=list)
    refusal: ServerBusy | FileTooLarge | None = None


def keep_form_photos(
    form: forms.Form, kind: Photo.Kind, *, device: Device | None = None, user: User | None = None
) -> FormPhotos:
    """Keep the files of `form` ("photos"), add errors to it, and return all its photos.

    The photos include those of an earlier try, whose ids are in "photo". The owner is one of
    `device` and `user`.
    """
    ids = form.data.getlist("photo")  # type: ignore[attr-defined]  # a QueryDict
    before = find_earlier_photos(ids, kind, device=device, user=user)
    keep = partial(uploading.keep_photo, kind=kind, device=device, user=user)
    found = keep_files(form.files.getlist("photos"), keep, before)
    for problem in found.problems:
        form.add_error(None, problem)
    return found


def find_earlier_photos(
    raw_ids: list[str],
    kind: Photo.Kind,
    *,
    device: Device | None = None,
    user: User | None = None,
) -> list[Photo]:
    """Return the photos of an earlier try with these ids, in their order.

    Only loose photos of this kind and owner (one of `device` and `user`), MAX_PHOTOS at most.
    """
    ids = parse_uuids(raw_ids)
    mine = Photo.objects.unattached().filter(kind=kind, pk__in=ids, device=device, user=user)
    found = {photo.pk: photo for photo in mine}
    return [found[pk] for pk in ids if pk in found][: settings.MAX_PHOTOS]


def keep_files(
    files: Sequence[File],
    keep: Callable[[File], Photo],
    already: Sequence[Photo] = (),
    *,
    are_named: bool = False,
) -> FormPhotos:
    """Call `keep` for each file; return the photos `already` kept and the new ones, with errors.

    `keep` returns the Photo, or raises InvalidInput or ServerBusy, which become error messages. A
    message names its file if there are several files, or if `are_named`. Files beyond MAX_PHOTOS
    are named in one message. After MAX_PHOTOS invalid or repeated files the others are skipped.
    """
    kept, in_vain, left_out = FormPhotos(list(already)), 0, []
    are_named = are_named or len(files) > 1
    for file in files:
        if in_vain >= settings.MAX_PHOTOS:
            kept.problems.append(_format_skipped_message())
            break
        try:
            uploading.check_photo_count(len(kept.photos))
            photo = keep(file)
        except TooManyItems as refused:
            left_out.append((file, str(refused.message)))
            continue
        except (InvalidInput, ServerBusy) as refused:
            in_vain += 1
            kept.problems.append(
                _prefix_file_name(file, refused.message) if are_named else str(refused.message)
            )
            if isinstance(refused, ServerBusy) or (
                isinstance(refused, FileTooLarge) and not kept.refusal
            ):
                kept.refusal = refused
            continue
        if photo in kept.photos:
            in_vain += 1
        else:
            kept.photos.append(photo)
    if left_out:
        kept.problems.append(_format_too_many_message(left_out))
    kept.problems = list(dict.fromkeys(kept.problems))
    return kept


def respond_to_upload(
    request: HttpRequest, keep: Callable[[File], Photo], template: str, draft_id: UUID | None = None
) -> HttpResponse:
    """Keep the photo that a script sent; return `template` for it (201), or JSON with errors.

    The JSON has `problems` and the status of the InvalidInput (422, or 413 or 410). ServerBusy is
    not caught. Of several files only the last is kept.
    """
    files = direct_upload.collect_files(request)
    try:
        if "photos" not in files:
            raise InvalidInput("photos", _("No photo arrived. Please choose it again."))
        photo = keep(files.getlist("photos")[-1])
    except InvalidInput as refused:
        problems = [str(refused.message)]
        return JsonResponse({"problems": problems}, status=refused.status_code)
    context = {"photo": photo, "draft_id": draft_id}
    return render(request, template, context, status=201)


def _format_skipped_message() -> str:
    """Return the message that the other files were not checked."""
    words = _("We didn't look at the other files. Please choose up to %(n)s photos at a time.")
    return words % {"n": settings.MAX_PHOTOS}


def _format_too_many_message(left_out: list[tuple[File, str]]) -> str:
    """Return the message of the first TooManyItems, with the names of the files left out.

    MAX_NAMED_FILES names at most, then the number of the others.
    """
    message = left_out[0][1]
    names = [
        name for file, _message in left_out[:MAX_NAMED_FILES] if (name := _printable_name(file))
    ]
    if not names:
        return message
    if len(left_out) > MAX_NAMED_FILES:
        names.append(f"+{len(left_out) - MAX_NAMED_FILES}")
    not_added = _("Not added: {names}.").format(names=", ".join(names))
    return f"{message} {not_added}"


def _prefix_file_name(file: File, message: str | Promise) -> str:
    """Return the message after the file's name, if it has one."""
    name = _printable_name(file)
    return f"{name}: {message}" if name else str(message)


def _printable_name(file: File) -> str:
    """Return the printable characters of the file's name, 60 at most; "" without a name."""
    return "".join(c for c in (file.name or "") if c.isprintable())[:60]
