"""`./run containers [--engine own] [--stand-ins] [--before REF] [--list]`.

Builds the image, pulls the images of others, and starts all services of docker-compose.yml with
.env.example. Then it uses, breaks, restores and upgrades the system. Exits with 1 if a check fails.
The last line says which images were used, and which were replaced by stand-ins.
"""

import argparse
import sys
import time
from argparse import Namespace
from pathlib import Path

from tools.bench.containers import images
from tools.bench.containers.engine import Engine
from tools.bench.containers.trial import STEPS, Trial, temporary
from tools.bench.faults.checks import at_most, print_checks
from tools.bench.faults.sink import Sink
from tools.bench.trial_steps import carry_out
from tools.embedded.terminal import let_nothing_interrupt, run_until_stopped, usual_folder

MINUTES = 15


def main() -> None:
    options = parse(sys.argv[1:])
    if options.list:
        for number, step in enumerate(STEPS, start=1):
            print(f"{number}  {step.name:<12} {step.done}")
        return
    run_until_stopped(lambda: sys.exit(0 if run(options) else 1))


def parse(arguments) -> Namespace:
    parser = argparse.ArgumentParser(prog="./run containers", description=__doc__)
    parser.add_argument(
        "--engine", choices=["given", "own"], default="given",
        help="own: as root, a daemon for this run alone, with folders and a socket of its own",
    )  # fmt: skip
    parser.add_argument(
        "--stand-ins", action="store_true", help="build replacements for what cannot be pulled"
    )
    parser.add_argument(
        "--before", metavar="REF",
        help="the commit to upgrade from (the last tag, else the first with these tables)",
    )  # fmt: skip
    folder = usual_folder("santa311-containers")
    parser.add_argument("--data-dir", default=folder, help=f"the engine's own folder ({folder})")
    parser.add_argument("--list", action="store_true", help="say what is done, and end")
    return parser.parse_args(arguments)


def run(options) -> bool:
    """Run the chosen steps; return True if all checks passed."""
    begun, is_good = time.monotonic(), True
    engine = Engine(own=options.engine == "own", folder=options.data_dir)
    others = images.Others(engine, allow_stand_ins=options.stand_ins)
    try:
        engine.start()
        is_good = _try_all(engine, others, options)
    finally:
        let_nothing_interrupt()
        engine.stop()
    minutes = at_most("all of it took", (time.monotonic() - begun) / 60, MINUTES, "minutes", 1)
    is_good = print_checks([minutes]) and is_good
    print(f"\n{'All good' if is_good else 'Not good'}. {format_tried_images(others.stood_in)}")
    return is_good


def _try_all(engine, others, options) -> bool:
    before = options.before or images.last_tag() or images.first_with_these_tables()
    with temporary(engine.folder) as folder:
        letterbox = Sink(engine.gateway()).start()
        trial = Trial(engine, others, letterbox, Path(folder), before)
        try:
            return carry_out(trial, STEPS)
        finally:
            letterbox.stop()
            trial.end()


def format_tried_images(stood_in) -> str:
    """Return a line that lists official images and stand-ins."""
    parts: dict[str, list[str]] = {"Official images: ": [], "Stand-ins instead of: ": []}
    for name, image in images.list_foreign_images().items():
        parts["Stand-ins instead of: " if name in stood_in else "Official images: "].append(image)
    return " ".join(f"{words}{', '.join(found)}." for words, found in parts.items() if found)


if __name__ == "__main__":
    main()
