"""Fault experiments on a running stack under load. `./run faults --list` prints their names."""
