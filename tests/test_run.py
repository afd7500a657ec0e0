"""Tests for the script `run`: choice of Python, installed packages, options and error messages."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ["requirements/production.lock", "requirements/demo.lock", "requirements/dev.lock"]
OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = """#!/bin/sh
case $1 in
-c) exit 0 ;;
--version) echo "Python 3.12.9" ;;
-m) echo "ensurepip is not available"; exit 1 ;;
esac
"""
GOOD = """#!/bin/sh
case "$1 $2" in
"-c "*) exit 0 ;;
--version*) echo "Python 3.12.9" ;;
"-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
"-m pip") for last; do :; done; echo "${last##*/}" >>"$(dirname "$0")/../pip.log" ;;
*) echo "$*" ;;
esac
"""
BRINGS_UV = GOOD.replace(
    '"-m pip")', '"-m pip") install -m 755 "${UV:-/dev/null}" "$(dirname "$0")/uv"\n   '
)
UV = """#!/bin/sh
for last; do :; done
echo "uv $last" >>"$(dirname "$0")/../pip.log"
exit %d
"""
FORGETFUL = GOOD.replace('echo "$*"', 'echo "${PYTHONDONTWRITEBYTECODE-may keep what it compiled}"')


@pytest.fixture
def run_script(tmp_path):
    """Return a function that runs a copy of `run` with the named programs first on the PATH."""
    folder, programs = tmp_path / "folder", tmp_path / "programs"
    (folder / "requirements").mkdir(parents=True)
    programs.mkdir()
    for name in ["run", "requirements/demo.lock", "requirements/dev.lock"]:
        shutil.copy(ROOT / name, folder / name)

    def go(*arguments, uv=None, **scripts):
        if uv:
            (tmp_path / "uv").write_text(uv)
        for name, script in scripts.items():
            path = programs / name.replace("_", ".")
            path.write_text(script)
            path.chmod(0o755)
        return subprocess.run(
            [folder / "run", *arguments],
            env={
                "PATH": f"{programs}:/usr/bin:/bin",
                "PYTHONDONTWRITEBYTECODE": "1",
                "UV": str(tmp_path / "uv") if uv else "",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    go.folder = folder
    return go


def test_without_a_command_it_says_what_there_is(run_script):
    answer = run_script()
    assert answer.returncode == 0
    assert "./run demo" in answer.stdout
    assert run_script("dance").returncode == 2


def test_a_broken_python_that_comes_first_is_passed_over(run_script):
    answer = run_script("demo", "--port", "1", python3_14=OLD, python3_13=OLD, python3_12=GOOD)
    assert answer.stdout == "-m tools.demo.launch --port 1\n"
    assert "Python 3.12.9" in answer.stderr


def test_python_keeps_what_it_compiled_where_a_container_says_it_should_not(run_script):
    assert run_script("demo", python3_14=FORGETFUL).stdout == "may keep what it compiled\n"


def installed(run_script):
    """Return the arguments that pip and uv were called with, in order."""
    return (run_script.folder / ".venv" / "pip.log").read_text().splitlines()


def test_packages_are_installed_once_and_again_when_the_lock_changes(run_script):
    for _ in range(2):
        run_script("demo", python3_14=GOOD)
    assert installed(run_script).count("demo.lock") == 1
    with (run_script.folder / "requirements/demo.lock").open("a") as lock:
        lock.write("# one more line\n")
    run_script("demo")
    assert installed(run_script).count("demo.lock") == 2


def test_uv_is_brought_by_pip_and_brings_the_rest(run_script):
    run_script("demo", python3_14=BRINGS_UV, uv=UV % 0)
    assert installed(run_script) == ["uv.lock", "uv requirements/demo.lock"]
    lock = (run_script.folder / ".venv" / "uv.lock").read_text()
    assert lock.startswith("uv==")
    assert "sha256" in lock
    assert lock.count("==") == 1


def test_where_uv_cannot_pip_brings_everything(run_script):
    answer = run_script("demo", python3_14=BRINGS_UV, uv=UV % 2)
    assert answer.stdout == "-m tools.demo.launch\n"
    wanted = "demo.lock"
    assert installed(run_script) == ["uv.lock", f"uv requirements/{wanted}", wanted]


def test_what_the_tests_need_includes_what_the_demo_needs(run_script):
    run_script("test", "tests/test_run.py", python3_14=GOOD)
    run_script("demo")
    assert "demo.lock" not in installed(run_script)
    pins = [set((ROOT / name).read_text().split()) for name in LOCKS]
    assert pins[0] <= pins[1] <= pins[2]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_help_of_the_demo_installs_nothing(run_script, option):
    answer = run_script("demo", "--port", "1", option, python3_14=GOOD)
    assert answer.stdout == "-m tools.demo.options --help\n"
    assert not (run_script.folder / ".venv").exists()


def test_the_help_of_the_demo_needs_no_package():
    bare = [sys.executable, "-S", "-m", "tools.demo.options", "--help"]
    answer = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--port" in answer.stdout


def test_without_the_venv_module_it_says_what_to_install(run_script):
    answer = run_script("demo", python3_14=WITHOUT_VENV)
    assert answer.returncode == 1
    assert "apt-get install python3-venv" in answer.stderr
    assert not (run_script.folder / ".venv").exists()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_and_pins_every_package_by_hash(name):
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert "--index" not in lock
    requirements = [line for line in lock.splitlines() if line and not line.startswith(" ")]
    assert all("==" in line and line.endswith("\\") for line in requirements)


@pytest.fixture
def folders(tmp_path):
    """Create two folders with programs that print their own path: `nginx` and one other each."""
    found = []
    for folder, other in (("one", "sed"), ("two", "awk")):
        for name in ("nginx", other):
            path = tmp_path / folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text('#!/bin/sh\necho "$0"\n')
            path.chmod(0o755)
        found.append(str(tmp_path / folder))
    return found


def without(folders, *arguments):
    return subprocess.run(
        [ROOT / ".ci" / "without", *arguments],
        env={"PATH": ":".join([*folders, "/usr/bin", "/bin"])},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_command_runs_where_a_program_is_not_on_the_path_and_all_others_are(folders):
    done = without(folders, "nginx", "--", "sh", "-c", "command -v nginx || awk; which sed")
    awk, sed = done.stdout.split()
    assert (Path(awk).name, Path(sed).name) == ("awk", "sed")
    assert not Path(sed).is_relative_to("/usr/bin")  # the folders keep their order
    assert not Path(awk).exists()  # the links are removed afterwards
    assert without(folders, "nginx", "--", "sh", "-c", "exit 3").returncode == 3


def test_ci_runs_the_tests_where_no_program_is_that_the_wheels_do_not_bring():
    text = (ROOT / ".ci" / "run").read_text()
    command = ".ci/without nginx promtool logrotate exiftool -- ./run test\n"
    assert text.count(command) == 1
    assert text.count("\n./run test --stack\n") == 1


def test_the_usual_tests_take_a_sample_of_each_sweep_and_measure_those_of_the_rules(run_script):
    usual = " and not stack and not sweep and not detail"
    rules, others = run_script("test", python3_14=GOOD).stdout.splitlines()
    assert "--cov-fail-under=100" in rules
    assert rules.endswith(" -m rules" + usual)
    assert "--cov" not in others
    assert others.endswith(" -m not rules" + usual)


def test_failed_tests_of_the_rules_fail_the_run_and_the_others_run_anyway(run_script):
    run = run_script(
        "test",
        python3_14=GOOD.replace(
            'echo "$*" ;;',
            """echo "$*"
        case "$*" in *"-m rules"*) exit 1 ;; esac ;;""",
        ),
    )
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 2


def test_all_takes_every_test_but_those_of_the_stack(run_script):
    assert run_script("test", "--all", python3_14=GOOD).stdout.endswith(" -m not stack\n")
    some = run_script("test", "--all", "tests/access").stdout
    assert some.endswith(" -m not stack tests/access\n")
