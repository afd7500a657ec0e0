"""The ways by which a message reaches a recipient. Each has the interface of `Channel`."""
