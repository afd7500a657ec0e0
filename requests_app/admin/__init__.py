"""The admin's view of the requests: everything readable, nothing changed behind the workflow."""

from requests_app.admin import changes, events, idempotency, people, requests
