"""The stop of a form whose words name a danger, and what its sender denied at the stops before."""

from dataclasses import dataclass, field

from city import danger
from city.danger import Advice

DISMISSED = "no_danger"  # the input that carries the kinds, one or several with blanks between


@dataclass
class DangerStop:
    """`no_danger` are the kinds that were denied before, as the form carries them along; `danger`
    is the advice for what the words name besides, or None to go on.
    """

    no_danger: list[str] = field(default_factory=list)
    danger: Advice | None = None

    @classmethod
    def of(cls, posted) -> "DangerStop":
        """For a form that was sent (a QueryDict), before anybody looks at its words."""
        return cls(posted.getlist(DISMISSED))

    def look(self, *texts) -> bool:
        """Whether `texts` name a danger that was not denied."""
        self.danger = danger.find_advice(*texts, denied_kinds=self.no_danger)
        return self.danger is not None
