"""Call `chicagorequests`: whole days, page by page, as a library and from its command line."""

import contextlib
import io
import json
import os
import sys
import time
from datetime import datetime

import chicagorequests

# Its command line uses this machine's date as the date in Chicago.
os.environ["TZ"] = "America/Chicago"
time.tzset()

told = json.loads(sys.argv[1])
chicagorequests.Downloader.BASE_URL = f"{told['root']}/requests.json"
start, end = (datetime.fromisoformat(told[name]) for name in ("start", "end"))


def printed(*arguments):
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        chicagorequests.main(list(arguments), standalone_mode=False)
    return [json.loads(line) for line in written.getvalue().splitlines()]


day = told["start"][:10]
print(
    json.dumps(
        {
            "days": chicagorequests.Downloader()((start, end)),
            "kind": chicagorequests.Downloader(request_type=["graffiti-public"])((start, end)),
            "updated": chicagorequests.Downloader(updated_start_date=start, updated_end_date=end)(
                (start, end)
            ),
            "printed": printed("--start-date", day),
            "changed": printed("--start-date", day, "--updated-start-date", day),
        }
    )
)
