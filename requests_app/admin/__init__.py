"""The admin's view of the requests: everything readable, nothing changed behind the workflow."""

from requests_app.admin import events, idempotency, people, requests
