"""The container files say what the settings ask for, and name nothing that nobody defines."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def explained():
    """Name to value of every setting in .env.example, those behind a `#` too."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def asked_for():
    """Every name that the settings read from the environment."""
    settings = (ROOT / "santa311" / "settings.py").read_text()
    reader = (ROOT / "santa311" / "lib" / "env.py").read_text()
    together = re.findall(r"env\.together\(([^)]*)\)", settings)
    return {
        *re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', settings),
        *re.findall(r'"([A-Z0-9_]+)"', " ".join(together)),
        *re.findall(r'\btext\(\s*"([A-Z0-9_]+)"', reader),
    }


def test_every_setting_is_explained_and_none_that_does_not_exist():
    only_for_compose = {"POSTGRES_PASSWORD", "WEB_PORT"}
    assert set(explained()) - only_for_compose == asked_for()


def test_every_setting_or_group_of_them_has_words_above_it():
    for paragraph in EXAMPLE.split("\n\n"):
        assert paragraph.startswith("# "), paragraph


def test_no_secret_is_given_away():
    assert {name: value for name, value in explained().items() if value} .keys().isdisjoint(
        {"SECRET_KEY", "LINK_SECRET", "S3_SECRET_KEY", "POSTGRES_PASSWORD"}
    )  # fmt: skip


def test_every_variable_of_the_compose_file_is_in_the_example():
    assert set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)) <= set(explained())


def test_the_compose_file_is_whole():
    compose = yaml.safe_load(COMPOSE)
    services = compose["services"]
    assert {"web", "worker", "beat", "migrate", "postgres", "valkey", "seaweedfs"} == set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"], name
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"]


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
def test_the_application_cannot_write_its_own_code(name):
    service = yaml.safe_load(COMPOSE)["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


def test_the_image_runs_as_nobody_in_particular_and_from_the_lock():
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert "--require-hashes" in stages[0]
    assert "requirements.lock" in stages[0]
    assert stages[-1].index("USER app") < stages[-1].index("\nCMD ")


def test_the_image_gets_what_runs_and_not_what_tests():
    wanted = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert apps <= wanted
    assert not wanted & {"tests", "node_modules", ".env", ".git"}
