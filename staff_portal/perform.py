"""The way of a crew's or a supervisor's action: why it was refused stands in its own form."""

from functools import cached_property

from django.http import JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from requests_app.actions.perform import Door, events_since
from requests_app.errors import NotAllowed
from requests_app.permissions import Audience
from requests_app.photos import direct_upload
from santa311.lib.http import wants_json


def refuse_another_person(request):
    """A phone that is handed on sends nobody's work in somebody else's name."""
    me = str(request.user.pk)
    if request.POST.get("by", me) != me:
        raise NotAllowed(_("Someone else filled this in. They need to sign in to send it."))


def done(request, *page):
    """On to the page of this name and arguments; a script is told its address."""
    if wants_json(request):
        return JsonResponse({"then": resolve_url(*page)}, status=201)
    return redirect(*page)


class StaffDoor(Door):
    @cached_property
    def files(self):
        return direct_upload.files_of(self.request)

    def show(self, form, status, refused=None):
        if refused:
            form.refuse(refused)
        return self.page(form, status, events_since(refused, Audience.STAFF))

    def page(self, form, status, happened):
        """The page with the form; `happened` are lines of the timeline that the person had not
        seen.
        """
        raise NotImplementedError
