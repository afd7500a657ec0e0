"""`./run machines [STEP …] [--keep] [--list]`.

Installs deploy/ansible on Debian systems that systemd-nspawn boots: first on one machine, then on
three. It uses the city, kills a machine, replaces it and upgrades all. Requires root, Debian and
the packages ansible-core, mmdebstrap and systemd-container. Exits with 1 if a check fails.
"""

import argparse
import shutil
import sys
import time
from argparse import Namespace
from pathlib import Path

from tools.bench.faults.sink import Sink
from tools.bench.machines.machine import GATEWAY, close_network, open_network
from tools.bench.machines.trial import STEPS, Trial
from tools.bench.trial_steps import carry_out
from tools.embedded import ServiceFailed, folders
from tools.embedded.terminal import let_nothing_interrupt, run_until_stopped, usual_folder

PROGRAMS = {
    "ansible-playbook": "ansible-core",
    "mmdebstrap": "mmdebstrap",
    "systemd-nspawn": "systemd-container",
    "ssh-keygen": "openssh-client",
    "iptables": "iptables",
    "openssl": "openssl",
    "curl": "curl",
    "pebble": "pebble",
}

STAND_INS = (
    "Stand-ins: containers of systemd-nspawn for machines, PostgreSQL 18 of the wheel for its "
    "project's packages, a folder for the shared disk, pebble for the certificates' issuer."
)


def main() -> None:
    options = _parse(sys.argv[1:])
    if options.list:
        for step in STEPS:
            print(f"{step.name:<8} {step.done}")
        return
    run_until_stopped(lambda: sys.exit(0 if _run(options) else 1))


def _parse(arguments: list[str]) -> Namespace:
    parser = argparse.ArgumentParser(prog="./run machines", description=__doc__)
    names = [each.name for each in STEPS]
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"some of {', '.join(names)}")
    folder = usual_folder("santa311-machines")
    parser.add_argument("--data-dir", default=folder, type=Path, help=f"where they lie ({folder})")
    parser.add_argument("--keep", action="store_true", help="let the machines run on until Ctrl-C")
    parser.add_argument("--list", action="store_true", help="say what is done, and end")
    options = parser.parse_args(arguments)
    if unknown := set(options.steps) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


def _run(options: Namespace) -> bool:
    """Run the chosen steps; return True if all checks passed."""
    _refuse_without_programs()
    options.data_dir.mkdir(parents=True, exist_ok=True)
    open_network()
    trial = Trial(options.data_dir, Sink(GATEWAY).start())
    try:
        is_good = carry_out(
            trial, [s for s in STEPS if s.name in options.steps or not options.steps]
        )
        if options.keep:
            print("The machines run; Ctrl-C ends them.", flush=True)
            while True:
                time.sleep(60)
    finally:
        let_nothing_interrupt()
        trial.end()
        trial.letterbox.stop()
        close_network()
    print(f"\n{'All good' if is_good else 'Not good'}. {STAND_INS}")
    return is_good


def _refuse_without_programs() -> None:
    if not folders.as_root():
        raise ServiceFailed("./run machines boots machines, for which it must be root.")
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing:
        raise ServiceFailed(f"This needs programs of Debian's: apt-get install {' '.join(missing)}")


if __name__ == "__main__":
    main()
