"""The service of a kiosk: the pages and one mirror in one process."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.arbiter import Arbiter
from werkzeug.serving import run_simple

from api.app import create_app
from api.kiosk_measure import PIECE
from api.kiosk_tray import films_of
from api.server import TURN_S, Server, services_of
from api.services import room_light
from kiosk.command import setup_of, stood
from kiosk.kiosk import Kiosk
from kiosk.memory import few_heaps
from kiosk.probe import ProbeCamera
from kiosk.settings import Settings
from kiosk.setup import KioskSetup
from models3d.errors import ParureError

RESTART = 75  # sysexits.h: a temporary failure; the launcher starts the service again


class KioskServer(Server):
    """The service with a mirror, on loopback and, where tablets are wanted, the local network."""

    def __init__(self, setup: KioskSetup) -> None:
        self._setup = setup
        super().__init__("127.0.0.1", setup.port)

    def load_config(self) -> None:
        """gunicorn's settings."""
        super().load_config()
        self.cfg.set("bind", list(self._setup.binds))
        self.cfg.set("worker_exit", _end)

    def load(self) -> Flask:
        """The application, with its camera open."""
        sys.setswitchinterval(TURN_S)
        few_heaps()
        setup = self._setup
        try:
            mirror = setup.kiosk(_giving_up(), room_light())
            app = create_app({"KIOSK": mirror, "KIOSK_ADDRESS": setup.address})
            with app.app_context():
                films = app.config["KIOSK_FILMS"] = films_of(mirror)
            mirror.start()
            films.start()
        except ParureError as error:
            print(f"Error: {error}", file=sys.stderr, flush=True)  # noqa: T201
            sys.exit(Arbiter.WORKER_BOOT_ERROR)  # gunicorn ends then, instead of trying again
        return app


def _giving_up() -> Callable[[str], None]:
    """Ends the whole service: gunicorn's own process is the parent of the one that serves."""
    parent = os.getppid()

    def give_up(why: str) -> None:
        print(f"Parure restarts: {why}", file=sys.stderr, flush=True)  # noqa: T201
        os.kill(parent, signal.SIGTERM)

    return give_up


def _end(_: Any, worker: Any) -> None:
    """Close the mirror, then what stands behind the views."""
    app: Flask = worker.app.wsgi()
    mirror: Kiosk = app.config["KIOSK"]
    app.config["KIOSK_FILMS"].close()
    mirror.close()
    services_of(worker).close()
    if mirror.mirror.left_behind:
        os._exit(RESTART)  # threads that are stuck would be waited for


@click.command()
@stood
@click.option("--signs", type=click.Path(path_type=Path), help="Where signs of life are left.")
def kiosk_service(**said: Any) -> None:
    """Serve one mirror until interrupted; `parure kiosk` starts this again when it ends."""
    KioskServer(setup_of(said)).run()


@click.command()
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
@click.option("--result", required=True, type=click.Path(path_type=Path))
def kiosk_measure(port: int, result: Path) -> None:
    """Serve one measurement until interrupted; `parure kiosk` starts and ends this."""
    few_heaps()
    sys.setswitchinterval(TURN_S)
    mirror = Kiosk(ProbeCamera, Settings(tray=(PIECE,), gestures=False), lambda _: None)
    with tempfile.TemporaryDirectory(prefix="parure-measure-") as store:
        app = create_app({"KIOSK": mirror, "KIOSK_MEASURE": str(result), "STORE": store})
        mirror.start()
        mirror.prepare()
        result.with_name("ready").touch()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        run_simple("127.0.0.1", port, app, threaded=True)
