"""Drafts of the rules: made as a copy, tried, brought up to date, published."""

from typing import NamedTuple

from django.db import connection, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from city.admin.history import ChangedField
from city.models.history import format_person
from lib import clock
from lib.security_log import Kind, format_user_id, record_action
from routing import wording
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.models.conditions import COLUMNS


class NotPublished(Exception):
    """The draft cannot be published; the text says why."""


class RulesMoved(NotPublished):
    """The rules are not any more those that were copied."""


class Change(NamedTuple):
    """What becomes, or became, of one rule. `who`, `when` and `why` are known of what was done."""

    title: str
    what: str
    lines: tuple[ChangedField, ...] = ()
    who: str = ""
    when: object = None
    why: str = ""


def may_write(person) -> bool:
    """Whether this person may change the rules: all of them are changed in drafts."""
    return person.has_perm("routing.change_routingrule")


def fill(draft, rules=None) -> None:
    """Put a copy of these rules into an empty draft; of all rules of today, those that are switched
    off too, where none are given."""
    live = list(RoutingRule.objects.all())
    copied = live if rules is None else rules
    DraftedRule.objects.bulk_create(_copy(draft, rule) for rule in copied)
    draft.based_on = _versions(live)
    draft.save()


def rules_before(draft) -> list[RoutingRule] | None:
    """The rules as they were when this draft was published, which was only possible while they were
    those that it is based on. None where one of these versions isn't kept any more.
    """
    live = RoutingRule.objects.filter(pk__in=draft.based_on)
    kept = {(row.id, row.version): row for row in RoutingRule.history.filter(id__in=live)}
    found = [kept.get((int(pk), version)) for pk, version in draft.based_on.items()]
    return None if None in found else [_as_it_was(row) for row in found]


@transaction.atomic
def draft_from_before(draft, *, by) -> RuleDraft | None:
    """A new draft that says what the rules said before this one was published, to be tried and
    published like any other; None where that is not known."""
    rules = rules_before(draft)
    if rules is None:
        return None
    name = Truncator(_("Before: %s") % draft.name).chars(80)
    earlier = RuleDraft.objects.create(name=name, made_by=by)
    fill(earlier, rules)
    return earlier


def _copy(draft, rule) -> DraftedRule:
    return DraftedRule(draft=draft, source=rule, **rule.conditions())


def _versions(rules) -> dict[str, int]:
    return {str(rule.pk): rule.version for rule in rules}


def changes(draft) -> list[Change]:
    """What publishing would do, in the order of the draft; then what would be switched off."""
    drafted = list(draft.rules.select_related("source"))
    live = {rule.pk: rule for rule in RoutingRule.objects.all()}
    found = [_change(rule, live.get(rule.source_id)) for rule in drafted]
    kept = {rule.source_id for rule in drafted}
    gone = [rule for pk, rule in live.items() if pk not in kept and rule.is_active]
    found += [Change(rule.name, _("is turned off: the draft leaves it out")) for rule in gone]
    return [change for change in found if change]


def _change(drafted, rule) -> Change | None:
    if rule is None:
        said = f"{wording.asks(drafted)} → {wording.does(drafted)}"
        return Change(drafted.name, _("is new"), (ChangedField(_("It says"), "", said),))
    names = drafted.differing(rule)
    if not names:
        return None
    return Change(rule.name, _what(names, drafted), tuple(lines(rule, drafted)))


def _what(names, drafted) -> str:
    if "is_active" in names:
        return _("is turned on") if drafted.is_active else _("is turned off")
    return _("moves") if names == ["position"] else _("changes")


def lines(before, after) -> list[ChangedField]:
    """What differs between two rules, as people read it."""
    told = {
        _("Name"): lambda rule: rule.name,
        _("Position in the order"): lambda rule: str(rule.position),
        _("If"): wording.asks,
        _("Then"): wording.does,
        _("Why"): lambda rule: rule.why or "–",
        _("In use"): lambda rule: _("yes") if rule.is_active else _("no"),
    }
    pairs = [(name, str(tell(before)), str(tell(after))) for name, tell in told.items()]
    return [ChangedField(name, old, new) for name, old, new in pairs if old != new]


def moved_on(draft) -> list[Change]:
    """What happened to the rules since they were copied; empty while they are the same."""
    return [_news(rule, draft) for rule in _moved(draft)]


def _moved(draft) -> list:
    rules = RoutingRule.objects.all()
    return [rule for rule in rules if draft.based_on.get(str(rule.pk)) != rule.version]


def _news(rule: RoutingRule, draft: RuleDraft) -> Change:
    last = rule.history.select_related("history_user").first()
    base = _base(rule, draft)
    differing = tuple(lines(base, rule)) if base else ()
    what = _("changed") if differing else _("changed, and changed back")
    return Change(
        title=rule.name,
        what=what if base else _("is new"),
        lines=differing,
        who=format_person(last),
        when=last.history_date,
        why=last.history_change_reason or "",
    )


def _base(rule, draft) -> RoutingRule | None:
    """The rule as it was copied; None where it is younger than the draft, or nobody kept it."""
    version = draft.based_on.get(str(rule.pk))
    kept = rule.history.filter(version=version).first() if version else None
    return _as_it_was(kept) if kept else None


def _as_it_was(version) -> RoutingRule:
    """The rule that a row of its history tells of."""
    return RoutingRule(pk=version.id, **{name: getattr(version, name) for name in COLUMNS})


@transaction.atomic
def catch_up(draft) -> list[str]:
    """Take what happened to the rules since into the draft; what it changed itself stays.

    Returns the names of the rules that both changed: the draft's words stand, and a person looks.
    """
    both = [rule.name for rule in _moved(draft) if not _adopt(rule, draft)]
    draft.based_on = _versions(RoutingRule.objects.all())
    draft.save(update_fields=["based_on"])
    return both


def _adopt(rule, draft) -> bool:
    """Make the draft say of `rule` what it says now, unless the draft has its own say about it."""
    base = _base(rule, draft)
    drafted = draft.rules.filter(source=rule).first()
    if draft.rules.exclude(pk=drafted.pk if drafted else None).filter(name=rule.name).exists():
        return False
    if drafted is None and str(rule.pk) not in draft.based_on:
        _copy(draft, rule).save()
        return True
    if drafted is None or base is None or drafted.differing(base):
        return False
    for name, value in rule.conditions().items():
        setattr(drafted, name, value)
    drafted.save()
    return True


@transaction.atomic
def publish(draft, *, by, why) -> RuleDraft:
    """Make the rules what the draft says, all or nothing; nothing may have moved since the copy.

    Raises NotPublished (RulesMoved) with words for the person.
    """
    _hold_the_rules()
    draft = type(draft).objects.select_for_update().get(pk=draft.pk)
    _check(draft, why)
    reason = f"{why} ({draft.name})"
    for drafted in draft.rules.select_related("source").order_by("pk"):
        rule = drafted.source or RoutingRule()
        if drafted.source is None or drafted.differing(rule):
            rule.change(drafted.conditions(), why=reason, by=by)
            DraftedRule.objects.filter(pk=drafted.pk).update(source=rule)
    kept = draft.rules.values("source")  # by now every one has its rule
    for rule in RoutingRule.objects.active().exclude(pk__in=kept):
        rule.change({"is_active": False}, why=reason, by=by)
    draft.published_at, draft.published_by, draft.why = clock.now(), by, why
    draft.save()
    record_action(Kind.RULES_PUBLISHED, format_user_id(by), target=f"draft:{draft.pk}")
    return draft


def _hold_the_rules() -> None:
    """Nobody else writes a rule until this transaction ends; all may go on reading."""
    table = connection.ops.quote_name(RoutingRule._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _check(draft, why) -> None:
    if draft.is_published:
        raise NotPublished(_("This draft has been published already."))
    if not why:
        raise NotPublished(_("Say why: it's kept with every rule that changes."))
    if _moved(draft):
        raise RulesMoved(_("The rules have changed since this draft was made."))
    if not changes(draft):
        raise NotPublished(_("The draft is the same as the live rules."))
    drafted = draft.rules.values("source", "name")
    left_out = RoutingRule.objects.exclude(pk__in=drafted.exclude(source=None).values("source"))
    if taken := left_out.filter(name__in=drafted.values("name")).first():
        words = _("“%s” is the name of a rule that the draft leaves out. Choose another name.")
        raise NotPublished(words % taken)
