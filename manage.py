#!/usr/bin/env python
"""Django's command-line entry point; `./run manage …` calls it with the demo's data."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
    execute_from_command_line(sys.argv)
