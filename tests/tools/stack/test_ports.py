"""Tests that a chosen port is still free when its program begins to listen."""

import json
import subprocess
import sys
from pathlib import Path

from tools.stack import ports

ROOT = Path(__file__).resolve().parents[3]
# Prints the ports that it got, and exits when it reads a line.
ASKING = """
import json
from tools.stack import ports
print(json.dumps(ports.free([str(number) for number in range(200)])), flush=True)
input()
"""


def test_two_processes_are_never_told_the_same_port():
    start = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    asking = [subprocess.Popen([sys.executable, "-c", ASKING], **start) for _ in range(3)]
    told = [json.loads(each.stdout.readline()).values() for each in asking]
    for each in asking:
        each.communicate("\n", timeout=20)

    taken = [port for one in told for port in one]
    listened = {*taken, *(port + ports.GRPC for port in taken)}
    assert len(taken) == 600
    assert len(listened) == 1200
    assert max(listened) < 32768  # Linux assigns ephemeral ports from here on


def test_one_process_is_told_a_port_once():
    assert set(ports.free("ab").values()).isdisjoint(ports.free("ab").values())
