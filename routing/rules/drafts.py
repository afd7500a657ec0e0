"""Drafts of the rules: copying, comparing, merging, publishing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from city.admin.history import ChangedField
from city.models.history import format_person
from lib import clock
from lib.security_log import Kind, format_user_id, record_action
from routing import wording
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.models.conditions import RULE_COLUMNS, Conditions


class NotPublished(Exception):
    """The draft cannot be published; the message says why."""


class RulesChanged(NotPublished):
    """The rules have changed since the draft was copied."""


class Change(NamedTuple):
    """A change of one rule, planned or past. `who`, `when` and `why` are set for past changes."""

    title: str
    what: str
    lines: tuple[ChangedField, ...] = ()
    who: str = ""
    when: object = None
    why: str = ""


def may_change_rules(person: User | AnonymousUser) -> bool:
    """Return True if `person` may change rules, which is done in drafts only."""
    return person.has_perm("routing.change_routingrule")


def copy_rules_into(draft: RuleDraft, rules: list[RoutingRule] | None = None) -> None:
    """Copy `rules` into an empty draft; by default all of today's, deactivated ones included.

    `based_on` of the draft gets the versions of all live rules. Rules and draft are saved.
    """
    live = list(RoutingRule.objects.all())
    copied = live if rules is None else rules
    DraftedRule.objects.bulk_create(_build_drafted_rule(draft, rule) for rule in copied)
    draft.based_on = _map_versions(live)
    draft.save()


def find_rules_before(draft: RuleDraft) -> list[RoutingRule] | None:
    """Return the rules, unsaved, as they were when this draft was published.

    The rules have the versions of `draft.based_on`. None if one of these is no longer stored.
    """
    live = RoutingRule.objects.filter(pk__in=draft.based_on)
    kept = {(row.id, row.version): row for row in _history().filter(id__in=live)}
    wanted = [(int(pk), version) for pk, version in draft.based_on.items()]
    if not kept.keys() >= set(wanted):
        return None
    return [_build_rule_from_history(kept[pk, version]) for pk, version in wanted]


@transaction.atomic
def create_draft_from_before(draft: RuleDraft, *, by: User) -> RuleDraft | None:
    """Return a new draft, saved with the rules before `draft` was published.

    None, and nothing saved, if one of these rules is no longer stored.
    """
    rules = find_rules_before(draft)
    if rules is None:
        return None
    name = Truncator(_("Before: %s") % draft.name).chars(80)
    earlier = RuleDraft.objects.create(name=name, made_by=by)
    copy_rules_into(earlier, rules)
    return earlier


def _build_drafted_rule(draft: RuleDraft, rule: RoutingRule) -> DraftedRule:
    """Return an unsaved copy of `rule` for the draft."""
    return DraftedRule(draft=draft, source=rule, **rule.column_values())


def _map_versions(rules: Iterable[RoutingRule]) -> dict[str, int]:
    """Return {id as text: version} of the rules, the value of `based_on`."""
    return {str(rule.pk): rule.version for rule in rules}


def list_changes(draft: RuleDraft) -> list[Change]:
    """Return the changes of publishing in the draft's order, then the rules it deactivates.

    Rules that stay the same are left out.
    """
    drafted = list(draft.rules.select_related("source"))
    found = [_describe_change(rule, rule.source) for rule in drafted]
    kept = {rule.source_id for rule in drafted}
    gone = [rule for rule in RoutingRule.objects.active() if rule.pk not in kept]
    left_out = [Change(rule.name, _("is turned off: the draft leaves it out")) for rule in gone]
    return [change for change in found if change] + left_out


def _describe_change(drafted: DraftedRule, rule: RoutingRule | None) -> Change | None:
    """Return how publishing changes `rule`, None for a new one; None if nothing changes."""
    if rule is None:
        said = f"{wording.format_conditions(drafted)} → {wording.format_effect(drafted)}"
        return Change(drafted.name, _("is new"), (ChangedField(_("It says"), "", said),))
    names = drafted.differing_columns(rule)
    if not names:
        return None
    return Change(
        rule.name, _describe_kind_of_change(names, drafted), tuple(list_differences(rule, drafted))
    )


def _describe_kind_of_change(names: list[str], drafted: DraftedRule) -> str:
    """Return “is turned on” or “is turned off” if is_active is among the changed `names`.

    Otherwise return “moves” if only the position is, else “changes”.
    """
    if "is_active" in names:
        return _("is turned on") if drafted.is_active else _("is turned off")
    return _("moves") if names == ["position"] else _("changes")


def list_differences(before: Conditions, after: Conditions) -> list[ChangedField]:
    """Return the differences between two rules as text, by label; [] if they read the same."""
    told = {
        _("Name"): lambda rule: rule.name,
        _("Position in the order"): lambda rule: str(rule.position),
        _("If"): wording.format_conditions,
        _("Then"): wording.format_effect,
        _("Why"): lambda rule: rule.why or "–",
        _("In use"): lambda rule: _("yes") if rule.is_active else _("no"),
    }
    pairs = [(name, str(tell(before)), str(tell(after))) for name, tell in told.items()]
    return [ChangedField(name, old, new) for name, old, new in pairs if old != new]


def list_rule_changes_since(draft: RuleDraft) -> list[Change]:
    """Return the changes of the rules since the draft was copied; [] if there are none."""
    return [_describe_rule_change(rule, draft) for rule in _list_changed_rules(draft)]


def _list_changed_rules(draft: RuleDraft) -> list[RoutingRule]:
    """Return the live rules that changed, or are new, since the draft was copied.

    The version of such a rule differs from the one in `draft.based_on`.
    """
    rules = RoutingRule.objects.all()
    return [rule for rule in rules if draft.based_on.get(str(rule.pk)) != rule.version]


def _describe_rule_change(rule: RoutingRule, draft: RuleDraft) -> Change:
    """Return how the live rule differs from the draft's copy, and who changed it last."""
    last = _history().filter(id=rule.pk).select_related("history_user").first()
    base = _find_copied_version(rule, draft)
    differing = tuple(list_differences(base, rule)) if base else ()
    what = _("changed") if differing else _("changed, and changed back")
    return Change(
        title=rule.name,
        what=what if base else _("is new"),
        lines=differing,
        who=format_person(last) if last else "",
        when=last.history_date if last else None,
        why=(last.history_change_reason or "") if last else "",
    )


def _find_copied_version(rule: RoutingRule, draft: RuleDraft) -> RoutingRule | None:
    """Return the rule as it was copied; None if it is newer or no longer stored."""
    version = draft.based_on.get(str(rule.pk))
    kept = _history().filter(id=rule.pk, version=version).first() if version else None
    return _build_rule_from_history(kept) if kept else None


def _history() -> QuerySet[Any]:
    """Return the stored versions of all rules, newest first."""
    return RoutingRule.history.all()  # type: ignore[attr-defined]  # a manager at run time


def _build_rule_from_history(version: Any) -> RoutingRule:
    """Return an unsaved rule with the values of a row of `_history()`."""
    return RoutingRule(pk=version.id, **{name: getattr(version, name) for name in RULE_COLUMNS})


@transaction.atomic
def merge_current_rules(draft: RuleDraft) -> list[str]:
    """Copy the rules' changes into the draft, but keep what the draft changed itself.

    Return the names of the rules that both changed, of which the draft's version is kept. The draft
    is then based on today's versions. All is saved.
    """
    both = [rule.name for rule in _list_changed_rules(draft) if not _merge_rule(rule, draft)]
    draft.based_on = _map_versions(RoutingRule.objects.all())
    draft.save(update_fields=["based_on"])
    return both


def _merge_rule(rule: RoutingRule, draft: RuleDraft) -> bool:
    """Copy the rule into the draft; return False if the draft has its own version of it.

    Also False, and nothing is copied, if the draft left the rule out, the copied version is no
    longer stored, or another rule of the draft has the name.
    """
    base = _find_copied_version(rule, draft)
    drafted = draft.rules.filter(source=rule).first()
    others = draft.rules.exclude(pk=drafted.pk) if drafted else draft.rules.all()
    if others.filter(name=rule.name).exists():
        return False
    if drafted is None and str(rule.pk) not in draft.based_on:
        _build_drafted_rule(draft, rule).save()
        return True
    if drafted is None or base is None or drafted.differing_columns(base):
        return False
    for name, value in rule.column_values().items():
        setattr(drafted, name, value)
    drafted.save()
    return True


@transaction.atomic
def publish_draft(draft: RuleDraft, *, by: User, why: str) -> RuleDraft:
    """Change the live rules to those of the draft, in one transaction, and return the draft.

    Live rules that the draft leaves out are deactivated. The publication is recorded in the
    security log. Raise NotPublished with a message, or RulesChanged if a rule changed since the
    draft was copied.
    """
    _lock_rules()
    draft = type(draft).objects.select_for_update().get(pk=draft.pk)
    _check_publishable(draft, why)
    reason = f"{why} ({draft.name})"
    for drafted in draft.rules.select_related("source").order_by("pk"):
        rule = drafted.source or RoutingRule()
        if drafted.source is None or drafted.differing_columns(rule):
            rule.update_with_history(drafted.column_values(), why=reason, by=by)
            DraftedRule.objects.filter(pk=drafted.pk).update(source=rule)
    kept = draft.rules.values("source")  # new rules have a source by now, too
    for rule in RoutingRule.objects.active().exclude(pk__in=kept):
        rule.update_with_history({"is_active": False}, why=reason, by=by)
    draft.published_at, draft.published_by, draft.why = clock.now(), by, why
    draft.save()
    record_action(Kind.RULES_PUBLISHED, format_user_id(by), target=f"draft:{draft.pk}")
    return draft


def _lock_rules() -> None:
    """Block writes to the table of rules until the transaction ends; reads go on."""
    table = connection.ops.quote_name(RoutingRule._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _check_publishable(draft: RuleDraft, why: str) -> None:
    """Raise NotPublished, with the message for the user, if the draft cannot be published.

    The draft is published already, has no reason, changes nothing, or uses a name of a rule that it
    leaves out. Raise RulesChanged if a live rule changed since the copy.
    """
    if draft.is_published:
        raise NotPublished(_("This draft has been published already."))
    if not why:
        raise NotPublished(_("Say why: it's kept with every rule that changes."))
    if _list_changed_rules(draft):
        raise RulesChanged(_("The rules have changed since this draft was made."))
    if not list_changes(draft):
        raise NotPublished(_("The draft is the same as the live rules."))
    drafted = draft.rules.values("source", "name")
    left_out = RoutingRule.objects.exclude(pk__in=drafted.exclude(source=None).values("source"))
    if taken := left_out.filter(name__in=drafted.values("name")).first():
        words = _("“%s” is the name of a rule that the draft leaves out. Choose another name.")
        raise NotPublished(words % taken)
