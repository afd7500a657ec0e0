"""The public list, its map and its feed: one question, read once, means the same in all three."""
