"""The camera never leaves: a whole try-on run opens no internet socket, as the kernel saw it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EVERY_NET = """
import numpy as np
from tryon.nets import bundles
from tryon.nets.litert import Net
files = [value for value in vars(bundles).values() if isinstance(value, bundles.NetFile)]
found = [content for content in map(bundles.optional_net_bytes, files) if content is not None]
for content in found:
    net = Net(content)
    net.run(np.zeros(net.input_shape))
assert len(found) >= 4  # those of the two required bundles
"""
HANDS = ROOT / "node_modules/@vladmandic/face-api/demo/sample5.jpg"
INTERNET = re.compile(r"AF_INET6?\b")
NETWORK_CALL = re.compile(r"\b(socket|connect|sendto|sendmsg|bind)\(")


def traced(command: list[str], log: Path) -> str:
    """Run a command under strace; every network call of it and its threads, through its exit."""
    done = subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=network", "-o", str(log), *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return log.read_text()


def test_the_trace_sees_an_internet_socket_when_there_is_one(tmp_path: Path) -> None:
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"
    trace = traced([sys.executable, "-c", code], tmp_path / "log")
    assert INTERNET.search(trace)


def internet_calls(trace: str) -> list[str]:
    calls = [line for line in trace.splitlines() if NETWORK_CALL.search(line)]
    return [line for line in calls if INTERNET.search(line)]


def test_every_net_runs_without_an_internet_socket(tmp_path: Path) -> None:
    assert not internet_calls(traced([sys.executable, "-c", EVERY_NET], tmp_path / "log"))


def test_hands_are_followed_without_an_internet_socket(tmp_path: Path) -> None:
    code = """
import cv2
from tryon.runtime import Runtime, chosen_runtime, hand_source
assert chosen_runtime() is Runtime.LITERT
tracker = hand_source(streaming=True)
frame = cv2.cvtColor(cv2.imread(%r), cv2.COLOR_BGR2RGB)
assert [len(tracker.detect(frame, 33.0 * n)) for n in range(12)] == [1] * 12
"""
    trace = traced([sys.executable, "-c", code % str(HANDS)], tmp_path / "log")
    assert not internet_calls(trace)


@pytest.mark.gpu
def test_a_whole_try_on_run_opens_no_internet_socket(tmp_path: Path) -> None:
    out, report = tmp_path / "worn.jpg", tmp_path / "worn.jsonl"
    command = [sys.executable, "-m", "cli", "tryon", str(HANDS), "--product", "solitaire"]
    trace = traced([*command, "-o", str(out), "--json", str(report)], tmp_path / "log")
    assert '"camera_from_anchor"' in report.read_text()  # a ring was placed: the whole way ran
    assert out.stat().st_size > 10_000
    assert not internet_calls(trace)
