"""Each module puts its experiments on the list when it is imported, in the order they run."""

from tools.bench.faults.experiments import (
    broker,
    chaos,
    database,
    failover,
    machine,
    mail,
    people,
    photos,
    push,
    replies,
    sites,
    standbys,
    web,
)
