"""Take the screenshots in `docs/pictures/` from a running demo, in Chromium.

`./run tool python -m tools.bench.pictures http://localhost:8000 [names]` needs `./run demo
--fresh`. Each shot defines who is signed in, the page, and the actions before the screenshot. The
actions change the demo's data, so the order of the list matters. Without names,
`docs/reference/pages.md` is written too.
"""

import io
import sys
from pathlib import Path

from PIL import Image

from tools.bench.chromium import launch_chromium
from tools.bench.pictures.browsing import someone
from tools.bench.pictures.shots import SHOTS

DOCS = Path(__file__).resolve().parents[3] / "docs"
PICTURES = DOCS / "pictures"
HEAD = """# The pages, in their states

Taken from `./run demo` by `tools/bench/pictures`, on 1440×900 and on a phone of 390×844.
"""


def keep(shot, content) -> None:
    """Save a screenshot with 256 colours, which needs a third of the bytes."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(
        PICTURES / f"{shot.name}.png", optimize=True
    )


def list_them() -> None:
    lines = [f"## {shot.title}\n\n![](../pictures/{shot.name}.png)\n" for shot in SHOTS]
    (DOCS / "reference" / "pages.md").write_text("\n".join([HEAD, *lines]), encoding="utf-8")


def main(base, *names) -> None:
    with launch_chromium() as browser:
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            print(shot.name, flush=True)
            with someone(browser, base, shot.who, shot.size, shot.language) as page:
                page.goto(base + shot.path)
                page.wait_for_timeout(1500)
                shot.first(page)
                keep(shot, page.screenshot())
    if not names:
        list_them()


if __name__ == "__main__":
    main(*sys.argv[1:])
