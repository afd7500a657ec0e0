"""Posters for printing: a QR code that opens a report of a category at a location."""
