"""The demo's lively city: people and their requests, lived through the real workflow.

Each request's life is a generator that does a verb and yields the moment of its next one; `World`
wakes them in the order of time, from two months ago until now, and leaves each where it stands.
"""
