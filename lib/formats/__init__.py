"""Formats of numbers and dates, where Django's formats for a language do not fit."""
