"""Threads that give way do so alone, and never take it back."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from models3d.threads import shared_out
from viewer.manners import BESIDE_FRAMES, PATIENT, give_way


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_a_thread_gives_way_alone_and_never_less_than_it_did() -> None:
    own = niceness()
    with ThreadPoolExecutor(1, initializer=partial(give_way, BESIDE_FRAMES)) as thread:
        assert thread.submit(niceness).result() == max(BESIDE_FRAMES, own)
        for asked in (PATIENT, BESIDE_FRAMES):
            thread.submit(give_way, asked).result()
            assert thread.submit(niceness).result() == max(PATIENT, own)
    assert niceness() == own


def test_who_gives_way_has_no_hands_do_its_work() -> None:
    def worker(_: int) -> str:
        return threading.current_thread().name

    patient = ThreadPoolExecutor(1, "patient", initializer=partial(give_way, PATIENT))
    with patient:
        names = patient.submit(shared_out, worker, range(4)).result()
    assert all(name.startswith("patient") for name in names) or niceness() >= PATIENT
