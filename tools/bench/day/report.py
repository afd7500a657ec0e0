"""The report about the cost of a city's day."""

from collections.abc import Iterable, Mapping, Sequence

from tools.bench.day.processors import GROUPS, Cost
from tools.bench.percentiles import percentile

TITLE = """# What a day of a city costs

Written by `./run bench --day` (`tools/bench/day`). CPU seconds of a day with 1,000 reports: each
part runs some rounds on a filled database, one after another, and is multiplied up (the counts are
in `tools/bench/day/mix.py`). What idle processes use is subtracted, and stands in a row of its own.
Mails are composed and given to nobody; files are on a local disk; calls are filed as a phone files.
Photos are drawn full of noise, the dearest for WebP. We want at most 800 s in all.

"""


def render_day(title: str, parts: Mapping[str, Cost], idle: Cost) -> str:
    """Return the Markdown table of one size, highest cost first, without costs below 0.5 s."""
    ordered = sorted(parts.items(), key=lambda item: -sum(item[1]))
    tasks = [cost for name, cost in ordered if name.startswith("task ")]
    rows = [(name, cost) for name, cost in ordered if sum(cost) >= 0.5]
    rows.append(("together", _add(parts.values())))
    rows.append(("of these, periodic tasks with nothing due", _add(tasks)))
    rows.append(("beside it, processes that wait, 24 hours", idle))
    lines = [f"## {title}\n", f"| part | total | {' | '.join(GROUPS)} |"]
    lines.append("|---" * (len(GROUPS) + 2) + "|")
    for name, cost in rows:
        cells = " | ".join(f"{seconds:.1f}" for seconds in cost)
        lines.append(f"| {name} | {sum(cost):.1f} | {cells} |")
    return "\n".join(lines)


def render_times(times: Mapping[str, Sequence[float]]) -> str:
    """Return a Markdown list of the 95th percentiles of these seconds."""
    p95 = {name: percentile(each, 0.95) for name, each in times.items()}
    return "\n\n" + "".join(f"- p95, {name}: {seconds:.2f} s\n" for name, seconds in p95.items())


def _add(costs: Iterable[Cost]) -> Cost:
    return Cost(*map(sum, zip(*costs, strict=True)))
