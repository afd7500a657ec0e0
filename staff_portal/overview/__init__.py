"""Figures about the work of departments.

`scope` parses a URL; `daily_sums` and `open_requests` query the database; `period` and
`share_and_median` are pure; `tables` builds each table once, for the page and its CSV; `page`
builds the template contexts; `job_lists` are the lists in which a supervisor assigns jobs and
answers disputes.
"""
