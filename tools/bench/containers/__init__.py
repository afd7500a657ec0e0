"""The containers, built and run from nothing to a restored backup: `./run containers`."""
