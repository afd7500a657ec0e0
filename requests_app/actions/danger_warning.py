"""The warning about a danger that a form's texts name, shown before the form is accepted."""

from dataclasses import dataclass, field

from django.http import QueryDict

from city import danger
from city.danger import Advice

DISMISSED_FIELD = "no_danger"  # the input with the dismissed kinds, separated by blanks


@dataclass
class DangerWarning:
    """The state of a form's danger warning.

    `no_danger` are the kinds that the sender dismissed before; the form sends them again. `danger`
    is the advice on a kind that is not dismissed, or None.
    """

    no_danger: list[str] = field(default_factory=list)
    danger: Advice | None = None

    @classmethod
    def from_post(cls, posted: QueryDict) -> "DangerWarning":
        """Return a warning with the dismissed kinds of a sent form. Texts are not checked yet."""
        return cls(posted.getlist(DISMISSED_FIELD))

    def check_texts(self, *texts: str) -> bool:
        """Set `danger` to the advice on the dangers that `texts` name, or None.

        Return whether there is one. Kinds in `no_danger` are skipped.
        """
        self.danger = danger.find_advice(*texts, denied_kinds=self.no_danger)
        return self.danger is not None
