"""Logging, metrics and checks for the operators of an installation."""
