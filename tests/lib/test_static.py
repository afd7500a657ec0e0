"""The names of static files carry their content's hash, in whatever imports them as well."""

import re
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin

from lib.static import HashedStaticStorage

SOURCES = Path(settings.BASE_DIR) / "static"
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*"([^"]+[.]js)\"""")


def test_every_script_names_what_it_imports_by_its_last_content(tmp_path):
    for folder in ("js", "vendor"):
        shutil.copytree(SOURCES / folder, tmp_path / folder)
    storage = HashedStaticStorage(location=tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = [str(path.relative_to(tmp_path)) for path in files]
    paths = {name: (storage, name) for name in names}
    answers = list(ManifestFilesMixin.post_process(storage, paths))  # without compressing them
    assert [answer for answer in answers if isinstance(answer[2], Exception)] == []
    camera = tmp_path / storage.stored_name("js/staff_portal/camera.js")
    seen, open_ones = set(), [camera]
    while open_ones:
        script = open_ones.pop()
        seen.add(script)
        for name in IMPORT.findall(script.read_text()):
            target = (script.parent / name).resolve()
            assert target.is_file(), (script.name, name)
            if target not in seen:
                open_ones.append(target)
    assert len(seen) > 10
