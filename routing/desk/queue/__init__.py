"""The desk's queue: which requests wait, narrowed by tab and filters that stand in the address."""
