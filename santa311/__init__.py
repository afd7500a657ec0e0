"""The project: the only place that knows every app.

Nothing is imported here: `lib` must be there without Django and Celery.
"""
