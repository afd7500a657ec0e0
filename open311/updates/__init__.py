"""FixMyStreet's two-way updates: what happened to requests, and what happened elsewhere."""
