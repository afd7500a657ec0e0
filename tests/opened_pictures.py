"""Cache for the results of processing the small pictures of `make.picture`.

The result depends only on the bytes of the picture and on the job. Other photos, and jobs that
fail, are processed in a separate process each time.
"""

import json

from lib.sandbox import parent
from tests import make

_answers = {}
_open = parent._run_child


def _opened_once(module, job, picture, patience):
    if picture not in make.generated_pictures:
        return _open(module, job, picture, patience)
    known_by = (parent.COMMAND, module, json.dumps(job), picture)
    if known_by not in _answers:
        _answers[known_by] = _open(module, job, picture, patience)
    return _answers[known_by]


parent._run_child = _opened_once
