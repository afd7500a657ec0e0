"""Tests for the alert rules, run with promtool: each alert fires for its case, and not before."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.santa311.observability.alert_cases import CASES, STILL_CALM
from tests.test_deploy import program

ROOT = Path(__file__).resolve().parents[3]
ALERTS = ROOT / "docs" / "monitoring" / "alerts.yml"
RULES = {
    rule["alert"]: rule
    for group in yaml.safe_load(ALERTS.read_text())["groups"]
    for rule in group["rules"]
}


def test_each_alert_has_figures_that_make_it_fire():
    assert set(CASES) == set(RULES)


@pytest.mark.stack
def test_each_alert_fires_once_and_is_silent_before(tmp_path):
    promtool = program("promtool", "prometheus")
    tests = [_fires(name, case) for name, cases in CASES.items() for case in cases]
    tests += [_is_silent(name, case) for name, case in STILL_CALM.items()]
    given = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": tests}
    path = tmp_path / "rules-test.yml"
    path.write_text(yaml.safe_dump(given))
    done = subprocess.run(
        [promtool, "test", "rules", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout


def _fires(name, case):
    """Return a promtool test: no alert at the minute `calm`, one alert at the minute `loud`."""
    rule = RULES[name]
    alert = {
        "exp_labels": {**rule["labels"], **case.labels},
        "exp_annotations": {
            key: re.sub(r"{{ \$labels\.(\w+) }}", lambda label: case.labels[label[1]], words)
            for key, words in rule["annotations"].items()
        },
    }
    asked = [_asked(name, case.calm, []), _asked(name, case.loud, [alert])]
    return _test(name, case, asked)


def _is_silent(name, case):
    """Return a promtool test: no alert within 40 minutes."""
    return _test(name, case, [_asked(name, minute, []) for minute in range(0, 41, 5)])


def _test(name, case, asked):
    series = [{"series": each, "values": values} for each, values in case.series.items()]
    return {"name": name, "interval": "1m", "input_series": series, "alert_rule_test": asked}


def _asked(name, minute, alerts):
    return {"eval_time": f"{minute}m", "alertname": name, "exp_alerts": alerts}


@pytest.mark.parametrize("name", RULES)
def test_an_alert_leads_to_the_section_that_explains_it(name):
    page, _, place = RULES[name]["annotations"]["runbook_url"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(), re.MULTILINE)
    assert [heading_anchor(each) for each in headings].count(place) == 1
    assert name in headings


def heading_anchor(heading):
    """Return the anchor that GitHub generates for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
