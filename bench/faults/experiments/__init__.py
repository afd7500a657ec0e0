"""Each module puts its experiments on the list when it is imported, in the order they run."""

from bench.faults.experiments import (  # noqa: F401 - importing is what notes them
    broker,
    chaos,
    database,
    machine,
    mail,
    people,
    photos,
    standbys,
    web,
)
