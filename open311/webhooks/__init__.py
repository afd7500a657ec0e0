"""Sends events to other systems as signed POST requests; docs/howto/webhooks.md is for receivers.

`subscriber` writes down what is owed, in the transaction of the event log's outbox; `sending`
posts it, one webhook at a time and each request's events in their order; `circuit` decides when a
receiver that fails is asked again, and when it is turned off.
"""
