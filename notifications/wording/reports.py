"""The text of a scheduled report: the figures of an overview, and the requests as a file."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from notifications.models import Delivery
from notifications.wording.events import Button, Message
from requests_app.mail import ReportContent


def compose_report(delivery: Delivery) -> Message | None:
    """Return the report that `about` names; None if it ended, or its user may not see it."""
    content: ReportContent | None = import_string(settings.REPORT_CONTENT)(delivery.details)
    if content is None:
        return None
    named = {"name": content.name, "days": content.days}
    attachment = content.attachment
    subject = _("Weekly report: %(name)s, %(days)s")
    if content.is_monthly:
        subject = _("Monthly report: %(name)s, %(days)s")
    buttons = [Button(_("Open the overview"), content.url)]
    if attachment is None:
        buttons.append(Button(_("Download the requests"), content.csv_url))
    return Message(
        to=content.to,
        subject=subject % named,
        heading=_("%(name)s, %(days)s") % named,
        paragraphs=[
            _("The requests behind these figures are attached as a CSV file.")
            if attachment
            else _("The file with the requests is too large for an email. Sign in to download it.")
        ],
        facts=content.facts,
        buttons=buttons,
        footnote=_(
            "You get this because you asked for it on the overview. You can change it there."
        ),
        stop=content.stop_url,
        attachments=[attachment] if attachment else [],
    )
