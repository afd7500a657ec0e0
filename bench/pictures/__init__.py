"""The pictures of `docs/pages.md`: `.venv/bin/python -m bench.pictures`."""
