"""The merchant's webhook: the one place from which this service speaks to another, and only there.

Set by the merchant alone (`PARURE_WEBHOOK`, its secret in `PARURE_WEBHOOK_KEY`). A message waits in
memory until it is taken, is tried a few times and is then forgotten; it is never written anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import logging
import os
import queue
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from api.rooms import Busy
from viewer.errors import WrongSetting

LEAST_KEY_CHARACTERS: Final = 16
WAITING: Final = 64  # messages
PAUSES_S: Final = (1.0, 5.0, 25.0)  # before each further try
TIMEOUT_S: Final = 10.0
LOOK_S: Final = 0.5  # between two looks at whether the service ends
SIGNATURE: Final = "Parure-Signature"

log = logging.getLogger("parure.webhook")


@dataclass(frozen=True, slots=True)
class Hook:
    """Where messages go, and the secret that signs them."""

    address: str
    key: bytes


def webhook_setting() -> Hook | None:
    """What the merchant set; None: nothing.

    Raises:
        WrongSetting: the address is not one, or its secret is missing or can be guessed.
    """
    address = os.environ.get("PARURE_WEBHOOK")
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise WrongSetting("PARURE_WEBHOOK must be an address such as https://shop.example/parure.")
    key = os.environ.get("PARURE_WEBHOOK_KEY", "")
    if len(key) < LEAST_KEY_CHARACTERS:
        raise WrongSetting(
            f"PARURE_WEBHOOK_KEY must be a secret of at least {LEAST_KEY_CHARACTERS} characters, "
            "which the receiver checks messages by; `openssl rand -hex 32` makes a good one."
        )
    return Hook(address, key.encode())


def signed(key: bytes, moment: int, body: bytes) -> str:
    """What a receiver compares: HMAC-SHA256 of the time, a full stop and the body."""
    word = hmac.new(key, b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={word}"


class Messenger:
    """Hands messages over one after the other, beside the requests.

    Args:
        closing: whether the service ends.
        began: told of the thread, which ends soon after `closing` says so.
    """

    def __init__(
        self,
        hook: Hook,
        closing: Callable[[], bool],
        began: Callable[[threading.Thread], None],
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self._hook = hook
        self._closing = closing
        self._began = began
        self._pauses_s = pauses_s
        self._waiting: queue.Queue[bytes] = queue.Queue(WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def hand_over(self, body: bytes) -> None:
        """Send a message as soon as possible; nobody waits for it.

        Raises:
            Busy: too many are waiting.
        """
        try:
            self._waiting.put_nowait(body)
        except queue.Full as error:
            raise Busy("Many messages are on their way; send yours again in a minute.") from error
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="webhook", daemon=True)
                self._began(self._thread)
                self._thread.start()

    def _work(self) -> None:
        while not self._closing():
            try:
                body = self._waiting.get(timeout=LOOK_S)
            except queue.Empty:
                continue
            self._send(body)

    def _send(self, body: bytes) -> None:
        """Try until it is taken; what is not is told without what it says."""
        problem = ""
        for pause in (0.0, *self._pauses_s):
            if self._rest(pause):
                return
            try:
                status = post(self._hook, body)
            except (OSError, http.client.HTTPException) as error:
                problem = type(error).__name__
                continue
            if 200 <= status < 300:
                return
            problem = f"status {status}"
            if 400 <= status < 500 and status not in (408, 425, 429):
                break  # it will not be taken another time either
        log.warning("The webhook did not take a message (%s); it is lost.", problem)

    def _rest(self, seconds: float) -> bool:
        """Wait; True: the service ends meanwhile."""
        until = time.monotonic() + seconds
        while not self._closing() and time.monotonic() < until:
            time.sleep(min(LOOK_S, max(until - time.monotonic(), 0.0)))
        return self._closing()


def post(hook: Hook, body: bytes) -> int:
    """Send one message; redirections are not followed.

    Returns:
        The status of the answer.
    Raises:
        OSError, http.client.HTTPException: there was none.
    """
    parts = urlsplit(hook.address)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Parure",
        SIGNATURE: signed(hook.key, int(time.time()), body),
    }
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
