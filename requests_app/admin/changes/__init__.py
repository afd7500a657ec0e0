"""The page “Who changed what”: all records of what people did, in one order of time."""

from requests_app.admin.changes import page
