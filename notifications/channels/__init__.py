"""The channels by which messages are sent. Each module has the interface of `Channel`."""
