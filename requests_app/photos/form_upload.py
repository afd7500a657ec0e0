"""Photos that come along with a form: those of an earlier try of it, and its files.

What can be kept is kept, whatever is wrong with the rest: nobody photographs a thing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files import File
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from lib.http import parse_uuids
from requests_app.errors import FileTooLarge, InvalidInput, ServerBusy, TooManyItems
from requests_app.models import Device, Photo
from requests_app.photos import direct_upload, uploading

NAMED = 5  # of the files that were too many, so many are called by their names


@dataclass
class FormPhotos:
    """`problems` are words for the person, each once. `refusal` is the ServerBusy or FileTooLarge
    that was raised, if any: its status says more than 422.
    """

    photos: list[Photo]
    problems: list[str] = field(default_factory=list)
    refusal: ServerBusy | FileTooLarge | None = None


def of_form(
    form: forms.Form, kind: Photo.Kind, *, device: Device | None = None, user: User | None = None
) -> FormPhotos:
    """Return what came with `form` as "photo" (ids) and "photos" (files), and add its problems.

    The photos are of the person who has the form: one of `device` and `user`.
    """
    before = from_before(form.data.getlist("photo"), kind, device=device, user=user)
    keep = partial(uploading.keep, kind=kind, device=device, user=user)
    found = keep_each(form.files.getlist("photos"), keep, before)
    for problem in found.problems:
        form.add_error(None, problem)
    return found


def from_before(
    raw_ids: list[str],
    kind: Photo.Kind,
    *,
    device: Device | None = None,
    user: User | None = None,
) -> list[Photo]:
    """Return the photos of an earlier try, in the order of the ids that the form carries.

    Only loose ones of that kind and owner (one of `device` and `user`) count, and no more than one
    form may have.
    """
    ids = parse_uuids(raw_ids)
    mine = Photo.objects.unattached().filter(kind=kind, pk__in=ids, device=device, user=user)
    found = {photo.pk: photo for photo in mine}
    return [found[pk] for pk in ids if pk in found][: settings.MAX_PHOTOS]


def keep_each(files, keep, already=(), *, are_named=False) -> FormPhotos:
    """`already` with what is new of `files`; `keep(file)` returns the Photo, or raises.

    Problems name their file where there are several, and where several come one by one
    (`are_named`); those that are too many are named in one. Who chose many files in vain is told
    so, and the rest is not looked at.
    """
    kept, in_vain, left_out = FormPhotos(list(already)), 0, []
    are_named = are_named or len(files) > 1
    for file in files:
        if in_vain >= settings.MAX_PHOTOS:
            kept.problems.append(_not_opened())
            break
        try:
            uploading.check_count(len(kept.photos))
            photo = keep(file)
        except TooManyItems as refused:
            left_out.append((file, str(refused.message)))
            continue
        except (InvalidInput, ServerBusy) as refused:
            in_vain += 1
            kept.problems.append(
                _named(file, refused.message) if are_named else str(refused.message)
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
        kept.problems.append(_too_many(left_out))
    kept.problems = list(dict.fromkeys(kept.problems))
    return kept


def answer_one(
    request: HttpRequest, keep: Callable[[File], Photo], template: str, draft_id: UUID | None = None
) -> HttpResponse:
    """Answer a script that sent one photo: with `template`, or with what is wrong, in words."""
    files = direct_upload.files_of(request)
    try:
        if "photos" not in files:
            raise InvalidInput("photos", _("No photo arrived. Please choose it again."))
        photo = keep(files["photos"])
    except InvalidInput as refused:
        problems = [str(refused.message)]
        return JsonResponse({"problems": problems}, status=refused.status_code)
    context = {"photo": photo, "draft_id": draft_id}
    return render(request, template, context, status=201)


def _not_opened() -> str:
    words = _("We didn't look at the other files. Please choose up to %(n)s photos at a time.")
    return words % {"n": settings.MAX_PHOTOS}


def _too_many(left_out) -> str:
    """How many may be added, and which of these were not."""
    message = left_out[0][1]
    names = [name for file, _message in left_out[:NAMED] if (name := _name_of(file))]
    if not names:
        return message
    if len(left_out) > NAMED:
        names.append(f"+{len(left_out) - NAMED}")
    not_added = _("Not added: {names}.").format(names=", ".join(names))
    return f"{message} {not_added}"


def _named(file, message) -> str:
    name = _name_of(file)
    return f"{name}: {message}" if name else str(message)


def _name_of(file) -> str:
    return "".join(c for c in (file.name or "") if c.isprintable())[:60]
