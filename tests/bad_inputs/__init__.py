"""Tests for malformed or hostile input: files, file names, headers, URLs and tokens."""
