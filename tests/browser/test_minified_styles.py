"""Tests that a browser parses a minified style sheet to the same rules as its source."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

from lib.static import MinifiedFiles

SHEETS = Path(settings.BASE_DIR) / "static" / "css"

# Compares two sheets rule by rule: selectors, properties, and values. Values that are written in
# different ways are compared as computed values.
COMPARE = r"""([source, minified]) => {
  const rules = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    const found = [];
    const walk = (list) => {
      for (const rule of list) { found.push(rule); walk(rule.cssRules ?? []); }
    };
    walk(sheet.cssRules);
    return found;
  };
  const tidy = (text) => text.replace(/["\s]/g, "").replace(/\b0\./g, ".").replaceAll(".-", "0.-");
  const name = (rule) =>
    rule.constructor.name + tidy(rule.selectorText ?? rule.cssText.split("{")[0]);
  const probe = document.body.appendChild(document.createElement("p"));
  const computed = (property, declarations) => {
    probe.style.cssText = declarations;
    const value = getComputedStyle(probe).getPropertyValue(property);
    return property.startsWith("background-position") ? value.replaceAll("0px", "0%") : value;
  };
  const [before, after] = [rules(source), rules(minified)];
  const differences = [];
  if (before.length !== after.length) differences.push(`${before.length}, ${after.length} rules`);
  before.forEach((rule, place) => {
    const other = after[place];
    if (!other || name(rule) !== name(other)) return differences.push(name(rule));
    if (!rule.style) return;
    const [one, two] = [rule.style, other.style];
    for (const property of new Set([...one, ...two])) {
      const [first, second] = [one, two].map((style) => style.getPropertyValue(property));
      const isSame = (first && tidy(first) === tidy(second)) ||
        computed(property, one.cssText) === computed(property, two.cssText);
      if (!isSame || one.getPropertyPriority(property) !== two.getPropertyPriority(property))
        differences.push(`${name(rule)} ${property}: ${first} / ${second}`);
    }
  });
  return differences;
}"""


@pytest.mark.detail
def test_minified_sheets_mean_the_same(page_at):
    page = page_at(390, 844)
    page.set_content(f"<style>{(SHEETS / 'tokens.css').read_text()}</style>")
    minified = MinifiedFiles(StaticFilesStorage(location=SHEETS))
    for path in sorted(SHEETS.rglob("*.css")):
        text = minified.open(str(path.relative_to(SHEETS))).read().decode()
        assert page.evaluate(COMPARE, [path.read_text(), text]) == [], path.name
