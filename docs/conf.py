"""Configuration of the site that `./run docs` builds from the Markdown files of the repository.

The source folder is the repository itself, so a link works on the site and in the files alike.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

# The reference pages read models and addresses of the project. No connection is opened.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "santa311.settings")
os.environ.setdefault("SECRET_KEY", "only-for-the-documents")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@localhost/nothing")
os.environ.setdefault("REDIS_URL", "redis://localhost")
os.environ.setdefault("EMAIL_URL", "console:")
os.environ.setdefault("STATIC_FROM_SOURCE", "1")

project = "Santa311"
author = "the Santa311 authors"
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "reports/*.md",
    "city/packs/README.md",
    "city/packs/alderhaven/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
]
exclude_patterns = [".*", "node_modules", "var", "static", "tests", "locale", "templates", "tools"]
extensions = ["myst_parser", "generated_reference"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_title = "Santa311"
html_show_sphinx = False
html_copy_source = False
html_show_copyright = False
