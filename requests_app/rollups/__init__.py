"""The totals of public requests: updated, recounted, and compared with the requests."""
