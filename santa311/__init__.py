"""The Django project, the only package that imports from every app.

Nothing is imported in this file, so that a module can be imported without Celery.
"""
