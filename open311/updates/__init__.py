"""FixMyStreet's two-way updates: lists of updates, and updates by other systems."""
