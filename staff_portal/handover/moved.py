"""The answer where a job moved, whatever was asked of it: who has it now, and nothing is lost."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import render

from lib.text import clean_text
from staff_portal import photos
from staff_portal.access import JobMoved
from staff_portal.handover.forms import HandOver
from staff_portal.handover.page import moved_page

GONE = 410
TYPED = ("note", "words", "question")  # what the forms of a job call the words in them


def answers_moved(view) -> Callable:
    """For a view that calls `find_job`: JobMoved becomes the page that says who has it (410)."""

    @wraps(view)
    def enter(request, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except JobMoved as moved:
            return show_moved(request, moved.service_request)

    return enter


def show_moved(request, row) -> HttpResponse:
    """With the photos and the words that came along, to be sent to the holder."""
    data = request.POST
    words = "\n".join(filter(None, (clean_text(data.get(name, "")) for name in TYPED)))
    typed = {"key": photos.key_of(request), "note": words, "resolution": data.get("resolution", "")}
    form = HandOver(service_request=row, initial=typed, kept=photos.of_request(request))
    return answer(request, row, form)


def answer(request, row, form, status=GONE) -> HttpResponse:
    context = moved_page(row, request.user, form) | {"problems": form.kept.problems}
    return render(request, "staff_portal/handover/reassigned_job.html", context, status=status)
