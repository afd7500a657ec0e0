"""The security log as tests read it."""

from accounts.models import SecurityRecord


def rows(*kinds) -> list[tuple]:
    """(kind, actor, target, result) of each row, the oldest first; of some kinds only, if named."""
    found = SecurityRecord.objects.order_by("pk")
    if kinds:
        found = found.filter(kind__in=kinds)
    return list(found.values_list("kind", "actor", "target", "result"))
