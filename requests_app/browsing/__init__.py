"""Public list, map and feed of requests, which share the filters, and the home page."""
