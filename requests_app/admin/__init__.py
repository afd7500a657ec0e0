"""The admin of requests, all read-only, since only the workflow changes requests."""

from requests_app.admin import changes, events, idempotency, people, requests
