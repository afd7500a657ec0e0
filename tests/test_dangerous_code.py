"""Tests that the code follows the rules of docs/explanation/security.md on dangerous code."""

import ast

import pytest

from tests.test_house_rules import ROOT, SOURCES

# Functions that run a shell command or evaluate code.
RUNS_TEXT = {"os.system", "os.popen", "subprocess.getoutput", "eval", "exec", "compile"}
BRINGS_TO_LIFE = {"pickle", "cPickle", "dill", "jsonpickle", "marshal", "shelve"}
UNSAFE_YAML = {"yaml.load", "yaml.unsafe_load", "yaml.full_load"}
WEAK_HASHES = {"md5", "sha1"}
# Random values without security relevance: the order of ports tried, and the texts of the demo.
MAY_USE_RANDOM = ("tools/stack/ports.py", "tools/demo/")


def dotted(node) -> str:
    """Return the dotted name, such as `a.b.c`, of a name or attribute node, otherwise ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def calls(tree) -> list[tuple[str, ast.Call]]:
    """Return all calls as pairs of the function's dotted name and the node."""
    return [(dotted(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def imported(tree) -> set[str]:
    """Return the dotted names of imported modules and of names imported from modules."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def runs_text(tree) -> bool:
    return any(
        name in RUNS_TEXT
        or any(each.arg == "shell" and not _is_false(each.value) for each in call.keywords)
        for name, call in calls(tree)
    )


def _is_false(node) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def brings_objects_to_life(tree) -> bool:
    return bool(imported(tree) & BRINGS_TO_LIFE) or any(
        name in UNSAFE_YAML for name, _call in calls(tree)
    )


def makes_a_template_of_a_text(tree) -> bool:
    names = {"django.template.Template", "django.template.Engine", "jinja2"}
    return bool(imported(tree) & names) or any(
        name.endswith(".from_string") for name, _call in calls(tree)
    )


def uses_a_weak_hash(tree) -> bool:
    """Return True if MD5 or SHA-1 is used, also as the default of Django's salted_hmac."""
    return any(
        name in {f"hashlib.{each}" for each in WEAK_HASHES}
        or (name == "salted_hmac" and "algorithm" not in {each.arg for each in call.keywords})
        or any(isinstance(each, ast.Constant) and each.value in WEAK_HASHES for each in call.args)
        for name, call in calls(tree)
    )


def uses_random(tree) -> bool:
    return bool(imported(tree) & {"random", "uuid.uuid1"}) or any(
        name == "uuid.uuid1" for name, _call in calls(tree)
    )


def leaves_open_which_fields_a_form_has(tree) -> bool:
    """Return True if a Meta class has `exclude` or `fields = "__all__"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            names = {
                dotted(target): each.value
                for each in node.body
                if isinstance(each, ast.Assign)
                for target in each.targets
            }
            fields = names.get("fields")
            if "exclude" in names or getattr(fields, "value", None) == "__all__":
                return True
    return False


def sources_of_which(rule) -> list[str]:
    found = []
    for path in SOURCES:
        if rule(ast.parse(path.read_text(encoding="utf-8"))):
            found.append(str(path.relative_to(ROOT)))
    return found


def test_no_code_runs_a_shell_or_evaluates_a_text():
    assert sources_of_which(runs_text) == []


def test_no_code_brings_objects_of_a_text_to_life():
    assert sources_of_which(brings_objects_to_life) == []


def test_no_code_makes_a_template_of_a_text():
    assert sources_of_which(makes_a_template_of_a_text) == []


def test_no_code_uses_a_weak_hash():
    assert sources_of_which(uses_a_weak_hash) == []


def test_what_nobody_may_guess_comes_from_no_guessable_random():
    assert [
        each for each in sources_of_which(uses_random) if not each.startswith(MAY_USE_RANDOM)
    ] == []


def test_every_form_names_its_fields():
    assert sources_of_which(leaves_open_which_fields_a_form_has) == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (runs_text, "eval(text)"),
        (runs_text, "os.system(line)"),
        (runs_text, "subprocess.run(line, shell=True)"),
        (brings_objects_to_life, "import pickle"),
        (brings_objects_to_life, "from pickle import loads"),
        (brings_objects_to_life, "yaml.load(text)"),
        (makes_a_template_of_a_text, "from django.template import Template"),
        (makes_a_template_of_a_text, "engine.from_string(text)"),
        (uses_a_weak_hash, "hashlib.md5(data)"),
        (uses_a_weak_hash, "hmac.digest(key, data, 'sha1')"),
        (uses_a_weak_hash, "salted_hmac(salt, value)"),
        (uses_random, "import random"),
        (uses_random, "uuid.uuid1()"),
        (leaves_open_which_fields_a_form_has, "class F:\n class Meta:\n  fields = '__all__'"),
        (leaves_open_which_fields_a_form_has, "class F:\n class Meta:\n  exclude = ['x']"),
    ],
)
def test_each_rule_finds_what_breaks_it(rule, code):
    assert rule(ast.parse(code))
