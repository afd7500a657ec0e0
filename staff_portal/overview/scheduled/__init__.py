"""Overviews that are emailed every week or month."""
