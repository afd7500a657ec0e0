"""Who changed what: all that the product writes down of what people did, in one order of time."""

from requests_app.admin.changes import page
