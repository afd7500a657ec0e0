"""Calls and walk-ins: the form that an agent fills in, and the request that it files."""
