"""The small pictures of `make.picture` are opened once per process, not at each upload.

What becomes of a picture depends on its bytes and the job alone. Photos of other sources, and
every job that fails, go to a process of their own each time.
"""

import json

from requests_app.photos.sandbox import child
from tests import make

_answers = {}
_open = child._said


def _opened_once(job, picture, patience):
    if picture not in make.drawn:
        return _open(job, picture, patience)
    known_by = (child.COMMAND, json.dumps(job), picture)
    if known_by not in _answers:
        _answers[known_by] = _open(job, picture, patience)
    return _answers[known_by]


child._said = _opened_once
