"""`./run faults [F6 …] [--scale X] [--subset ci] [--list]`, or `./run faults chaos --minutes 10`.

Runs each experiment on the whole stack under load, and then checks the invariants. Exits with 1 if
one fails. A run of all experiments, or one with `--write`, updates their rows in
reports/faults.csv.
"""

import argparse
import sys
import time
import traceback
from argparse import Namespace

from tools.bench.faults import evidence, experiments, report
from tools.bench.faults.checks import at_most, print_checks
from tools.bench.faults.experiment import CI, CI_SCALE, EXPERIMENTS, NotRun, Result, in_order
from tools.bench.faults.ground import Ground
from tools.bench.faults.load import Load
from tools.bench.faults.scene import Scene

WARM_UP = 4  # seconds of load before the fault


def main() -> None:
    options = parse(sys.argv[1:])
    if options.list:
        for one in in_order():
            print(f"{one.id:<5}{one.seconds:>4.0f} s  {one.done}\n{'':>12}{one.criterion}")
        return
    begun = time.monotonic()
    results = run(chosen(options), options)
    took = time.monotonic() - begun
    print("\n" + report.format_table(results))
    print(f"\n{report.summary([each.verdict for each in results])}, in {took / 60:.1f} minutes")
    sys.exit(any(result.verdict == "fail" for result in results))


def parse(arguments) -> Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="F6", help="which; all without one; or: chaos")
    parser.add_argument("--scale", type=float, default=1, help="how much longer each fault lasts")
    parser.add_argument("--rate", type=float, default=20, help="requests a second (20)")
    parser.add_argument("--minutes", type=float, default=10, help="how long chaos lasts")
    parser.add_argument("--subset", choices=["ci"], help="those that CI runs")
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    parser.add_argument("--write", action="store_true", help="renew the rows in reports/faults.csv")
    parser.add_argument("--keep", action="store_true", help="keep the stack's folder and logs")
    options = parser.parse_args(arguments)
    options.scale *= CI_SCALE if options.subset else 1
    options.write = options.write or not (options.ids or options.subset)
    return options


def chosen(options):
    if options.subset:
        return [EXPERIMENTS[number] for number in CI]
    if options.ids == ["chaos"]:
        return [experiments.chaos.for_minutes(options.minutes)]
    if unknown := [number for number in options.ids if number not in EXPERIMENTS]:
        raise SystemExit(f"There is no {', '.join(unknown)}; ./run faults --list names them.")
    return [one for one in in_order() if not options.ids or one.id in options.ids]


def run(wanted, options) -> list:
    """Run the experiments in turn, and return their results.

    Each row is written at once, so that an interrupted run keeps the finished ones.
    """
    results, ground = [], None
    try:
        for one in wanted:
            if ground is None:
                ground = Ground()
                ground.start()
            results.append(carry_out(one, ground, options))
            if options.write:
                report.write(results)
            print(report.format_row(results[-1]) + "\n", flush=True)
            if one.leaves == "fresh" or not _is_sound(ground):
                _end(ground, options.keep)
                ground = None
    finally:
        if ground:
            _end(ground, options.keep)
    return results


def _end(ground, keep) -> None:
    if keep:
        print(f"The stack's folder is kept: {ground.folder}")
        ground.folder = ground.folder.with_name("nothing-to-remove")
    ground.stop()


def _is_sound(ground) -> bool:
    try:
        ground.mend()
    except Exception:  # noqa: BLE001 - after any error, the next experiment gets a new stack
        traceback.print_exc()
        return False
    return True


def carry_out(one, ground, options) -> Result:
    """Run an experiment and check the invariants after it; an exception counts as a failure."""
    begun = time.monotonic()
    print(f"== {one.id}: {one.done}", flush=True)
    rate = one.rate * options.rate / 20
    load = Load(ground.address, rate, photos=one.photos, ledger=ground.ledger)
    scene = Scene(ground, load, one.seconds * options.scale)
    checks, why, verdict = [], "", "fail"
    try:
        with load:
            time.sleep(WARM_UP)
            checks = [scene.before_the_fault()]
            checks += one.act(scene)
        checks += after(one, ground, scene)
        verdict = "pass" if all(check.ok for check in checks) else "fail"
    except NotRun as reason:
        verdict, why = "not run", str(reason)
    except Exception as error:  # noqa: BLE001 - printed, and counted as a failure
        traceback.print_exc()
        why = f"{type(error).__name__}: {error}"
    print_checks(checks)
    return Result(one, verdict, time.monotonic() - begun, scene.seconds, checks, why)


def after(one, ground, scene) -> list:
    caught = at_most("caught up", ground.catch_up(120), 120)
    found = evidence.check_all(
        ground, list(ground.ledger.reports.values()), allowed_twice=one.allowed_twice
    )
    if one.photos:
        found.append(evidence.unknown_files(ground))
    return [scene.load_itself_is_sound(), caught, *found]


if __name__ == "__main__":
    main()
