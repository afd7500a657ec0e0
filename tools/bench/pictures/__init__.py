"""The pictures of `docs/pages.md`: `./run tool python -m tools.bench.pictures`."""
