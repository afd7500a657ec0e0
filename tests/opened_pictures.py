"""The small pictures of `make.picture` are opened once per process, not at each upload.

What becomes of a picture depends on its bytes and the job alone. Photos of other sources, and
every job that fails, go to a process of their own each time.
"""

import json

from lib.sandbox import parent
from tests import make

_answers = {}
_open = parent._run_child


def _opened_once(module, job, picture, patience):
    if picture not in make.drawn:
        return _open(module, job, picture, patience)
    known_by = (parent.COMMAND, module, json.dumps(job), picture)
    if known_by not in _answers:
        _answers[known_by] = _open(module, job, picture, patience)
    return _answers[known_by]


parent._run_child = _opened_once
