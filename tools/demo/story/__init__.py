"""The demo's city: simulated people and their requests, created with the real workflow.

The history of a request (a "life") is a generator that performs an action and yields the time of
its next one. `World` runs the lives in the order of time, from two months ago until now, and then
stops.
"""
