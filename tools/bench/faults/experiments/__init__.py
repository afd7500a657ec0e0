"""The experiments; importing a module registers its experiments."""

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
