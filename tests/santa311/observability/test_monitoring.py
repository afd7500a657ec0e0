"""Tests that alert rules and dashboard use existing metrics, and that each alert is documented."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from deploy.nginx import nginx_figures
from lib.breaker import CircuitBreaker, breakers_by_name
from santa311.observability import metrics
from tests.visitors import browser

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).resolve().parents[3] / "docs"
RULES = [
    rule
    for group in yaml.safe_load((DOCS / "monitoring" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
BOARD = json.loads((DOCS / "monitoring" / "grafana.json").read_text())
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
ASKED = {target["expr"] for panel in PANELS for target in panel["targets"]}
# Names that we do not export: Prometheus' own metrics, its functions and keywords.
NOT_OURS = {
    "up", "and", "or", "by", "offset", "sum", "min", "max", "rate", "increase", "delta", "topk",
    "histogram_quantile", "max_over_time", "min_over_time", "abs", "absent", "count",
}  # fmt: skip


def names_in(expression):
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\"[^\"]*\"", " ", expression)
    bare = re.sub(r"\bby\s*\([^)]*\)|\boffset\s+\w+", " ", bare)
    return set(re.findall(r"\b[a-z_][a-z0-9_]*\b", bare)) - NOT_OURS


def labels_in(expression):
    """Return (name, label) for every label in a selector such as name{label="…"}."""
    return {
        (name, label)
        for name, inside in re.findall(r"(\w+)\{([^}]*)\}", expression)
        for label in re.findall(r"(\w+)\s*[=!]", inside)
    }


@pytest.fixture
def exported():
    """Return the labels by metric, including nginx's metrics; None for a metric without samples."""
    breaker = CircuitBreaker("a test", is_failure=lambda error: True)
    client = browser()
    client.get("/")
    metrics.clear_cached_gauges()
    nginx_figures.responses.labels("200", "web")
    text = client.get("/metrics").content.decode()
    text += generate_latest(nginx_figures.registry).decode()
    metrics.clear_cached_gauges()
    del breakers_by_name[breaker.name]
    families = list(text_string_to_metric_families(text))
    samples = [sample for family in families for sample in family.samples]
    bare = {family.name: None for family in families if not family.samples}
    return bare | {sample.name: set(sample.labels) for sample in samples}


def test_every_figure_that_is_asked_for_is_exported(exported):
    for expression in {rule["expr"] for rule in RULES} | ASKED:
        assert names_in(expression) <= set(exported), expression


def test_every_label_that_is_asked_for_is_there(exported):
    for expression in {rule["expr"] for rule in RULES} | ASKED:
        for name, label in labels_in(expression) - {("up", "job")}:
            assert exported[name] is None or label in exported[name], (name, label)


def test_every_figure_of_ours_is_on_the_dashboard(exported):
    ours = {name for name in exported if name.startswith("santa311_")}
    ours = {name for name in ours if not name.endswith("_created")}
    assert ours == set().union(*(names_in(expression) for expression in ASKED))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is(rule):
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["expr"].count("(") == rule["expr"].count(")")


def test_nothing_is_explained_that_does_not_ring():
    known = {rule["alert"] for rule in RULES}
    assert len(known) == len(RULES)
    explained = (DOCS / "howto" / "alerts.md").read_text()
    assert set(re.findall(r"^## (\w+)$", explained, re.MULTILINE)) == known


def test_an_outbox_that_stands_still_rings_within_five_minutes():
    (rule,) = [rule for rule in RULES if rule["alert"] == "OutboxOld"]
    assert rule["expr"].endswith("> 60")
    assert 1 + int(rule["for"].removesuffix("m")) < 5


def test_the_dashboard_is_whole():
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(ids) == len(set(ids))
    for panel in PANELS:
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert panel["datasource"]["uid"] == "${source}"
        assert panel["targets"], panel["title"]


def test_the_names_are_found_in_an_expression():
    found = names_in('sum by (le) (rate(a_b{c=~"d|e"}[5m])) / max(f) > 0.01 and g offset 1d')
    assert found == {"a_b", "f", "g"}


def test_the_image_writes_lines_for_machines():
    image = (DOCS.parent / "Dockerfile").read_text()
    assert "LOG_FORMAT=json" in image
    assert "GRANIAN_LOG_CONFIG=/app/deploy/granian-logs.json" in image
