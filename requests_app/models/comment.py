from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models.columns import event_foreign_key, request_foreign_key


class Comment(models.Model):
    """The text of an event: a comment, a question, an answer, a reason or a note.

    The comment is separate from the event, which never changes, so that the text can be hidden or
    redacted.
    """

    service_request = request_foreign_key("comments", models.PROTECT)
    event = event_foreign_key("words", models.PROTECT, one=True)
    body = models.TextField(_("text"))
    is_public = models.BooleanField(
        _("public"), default=True, help_text=_("Internal notes are seen by staff only.")
    )
    public_from = models.DateTimeField(
        _("public from"),
        null=True,
        help_text=_("An agent's public reply can be undone until then, and only staff see it."),
    )
    is_hidden = models.BooleanField(_("hidden"), default=False)
    is_redacted = models.BooleanField(_("partly removed"), default=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            GinIndex(OpClass(Upper("body"), name="gin_trgm_ops"), name="comments_by_their_text"),
            models.Index(fields=["id"], condition=Q(is_hidden=True), name="hidden_comments"),
            models.Index(fields=["id"], condition=Q(is_public=False), name="internal_comments"),
            models.Index(fields=["id"], condition=Q(is_redacted=True), name="redacted_comments"),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def is_published(self) -> bool:
        """Return whether the comment is public and its undo period is over.

        `is_hidden` is not checked.
        """
        return self.is_public and (self.public_from is None or self.public_from <= clock.now())
