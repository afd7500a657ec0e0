"""The screenshots of `docs/reference/pages.md`: `./run tool python -m tools.bench.pictures`."""
