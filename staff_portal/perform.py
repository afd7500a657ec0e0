"""The way of a crew's or a supervisor's action: why it was refused stands in its own form."""

from functools import cached_property

from requests_app.actions.perform import Door, events_since
from requests_app.permissions import Audience
from requests_app.photos import direct_upload


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
