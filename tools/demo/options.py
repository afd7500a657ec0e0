"""The options of `./run demo`, without packages: `run` prints help before it installs any."""

import argparse
import ipaddress
import os
from pathlib import Path


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the options; `pack` and `data_dir` are None by default."""
    parser = argparse.ArgumentParser(prog="./run demo", description="A lively city to try.")
    parser.add_argument("--port", type=int, default=8000, help="the web server's port (8000)")
    parser.add_argument(
        "--host",
        type=_address,
        default="127.0.0.1",
        help="0.0.0.0 lets phones in the same network open it",
    )
    parser.add_argument(
        "--pack",
        type=Path,
        default=os.environ.get("CITY_PACK"),
        metavar="FOLDER",
        help="a city of your own, made by ./run start-city; without it the first city",
    )
    parser.add_argument(
        "--data-dir",
        help="(~/.local/share/santa311-demo, or $XDG_DATA_HOME/santa311-demo, for root "
        "/var/lib/santa311-demo; each --pack has one of its own)",
    )
    parser.add_argument("--fresh", action="store_true", help="start over, without the old data")
    parser.add_argument("--requests", type=int, help="how many requests a new city begins with")
    return parser


def _address(text: str) -> str:
    """Return the IP address in `text`, which may also be "localhost"; raise ValueError."""
    return str(ipaddress.ip_address("127.0.0.1" if text == "localhost" else text))


if __name__ == "__main__":
    build_parser().parse_args()
