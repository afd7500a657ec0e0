"""The desk's queue of requests, narrowed by the tab and filters in the URL."""
