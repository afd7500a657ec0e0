"""Delivery of events to other systems by signed POST requests (docs/howto/webhooks.md).

`subscriber` creates the deliveries, in the transaction of the event log's outbox; `sending` posts
them, one webhook at a time and each request's events in order; `circuit` pauses and deactivates
webhooks that fail.
"""
