"""The project: the only place that knows every app.

Nothing is imported here: `santa311.lib` must be there without Django and Celery.
"""
