"""Departments' work in numbers: what is open, how long it takes, what residents say of it.

`scope` reads what an address asks for, `load`, `finished`, `flows`, `said` and `desk` ask the
database, `figures` and `period` are pure, `tables` lays the answers out once for the page and for
its downloads, `page` builds the page, `jobs` the lists on which a supervisor acts.
"""
