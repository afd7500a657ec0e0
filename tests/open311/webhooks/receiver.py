"""A webhook receiver for tests, which checks signatures as docs/howto/webhooks.md describes."""

import json
import re
from pathlib import Path

from lib import clock
from open311.models import Webhook, WebhookDelivery
from open311.webhooks import sending
from requests_app.workflow import outbox

DOCS = Path(__file__).resolve().parents[3] / "docs" / "howto" / "webhooks.md"
EXAMPLE = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)[1]


def load_documented_check():
    """Return the function `is_genuine` of the documentation."""
    names = {}
    exec(EXAMPLE, names)
    return names["is_genuine"]


class Receiver:
    """An HTTP server that answers with the statuses in `answers`, then with 200."""

    def __init__(self, serve, settings):
        self.answers = []
        self.server = serve(lambda handler: handler.send(self._next_status()))
        settings.WEBHOOK_ALLOWED_HOSTS = [*settings.WEBHOOK_ALLOWED_HOSTS, self.server.name]

    def _next_status(self):
        return self.answers.pop(0) if self.answers else 200

    @property
    def url(self):
        return f"{self.server.url}/hook"

    @property
    def received(self) -> list[dict]:
        return [json.loads(body) for _method, _path, _headers, body in self.server.calls]

    @property
    def events(self) -> list[str]:
        return [each["event"] for each in self.received]

    @property
    def keys(self) -> list[str]:
        return [headers["Santa311-Delivery"] for _m, _p, headers, _b in self.server.calls]

    def webhook(self, **columns) -> Webhook:
        webhook = Webhook(name="A neighbor", url=self.url, **columns)
        webhook.make_secret()
        webhook.save()
        return webhook


def send_all_deliveries():
    """Create and send all due deliveries, as the workers do."""
    outbox.deliver_all_pending_events()
    for webhook_id in sending._find_ready_webhooks().order_by("pk").values_list("pk", flat=True):
        sending.send_due_deliveries(webhook_id)


def send_all_deliveries_at(moment):
    with clock.freeze_time(moment):
        send_all_deliveries()


def list_deliveries() -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.order_by("pk"))
