"""The stop of a form whose words name a danger, and what its sender denied at the stops before."""

from dataclasses import dataclass, field

from city import danger
from city.danger import Advice

DISMISSED_FIELD = (
    "no_danger"  # the input that carries the kinds, one or several with blanks between
)


@dataclass
class DangerWarning:
    """`no_danger` are the kinds that were denied before, as the form carries them along; `danger`
    is the advice for what the words name besides, or None to go on.
    """

    no_danger: list[str] = field(default_factory=list)
    danger: Advice | None = None

    @classmethod
    def from_post(cls, posted) -> "DangerWarning":
        """For a form that was sent (a QueryDict), before anybody looks at its words."""
        return cls(posted.getlist(DISMISSED_FIELD))

    def check_texts(self, *texts) -> bool:
        """Whether `texts` name a danger that was not denied."""
        self.danger = danger.stop(*texts, besides=self.no_danger)
        return self.danger is not None
