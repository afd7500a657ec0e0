"""Alerts: saved filters of the public list, whose matches are mailed."""
