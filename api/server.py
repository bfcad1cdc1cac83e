"""The server: gunicorn with one process and many threads, and what is drawn before anybody asks."""

from __future__ import annotations

import sys
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from api.app import create_app
from api.services import WAITING_AT_MOST, Services, streams_at_once
from api.warming import warm
from models3d.errors import ParureError

THREADS = 32  # besides one for each stream and for each request that waits in a line
# Threads of Python take turns this often: five times as often as by default, so that an answer out
# of memory waits a millisecond, not five, for whoever builds a model.
TURN_S = 0.001


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with one process, since renderers and stores are shared, and many threads."""

    def __init__(self, host: str, port: int) -> None:
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings."""
        settings = {
            "bind": self._address,
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS + WAITING_AT_MOST + streams_at_once(),
            "timeout": 120,
            "graceful_timeout": 5,
            "keepalive": 30,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _: announce(self._address),
            "post_worker_init": lambda worker: services_of(worker).end_when(
                lambda: not worker.alive
            ),
            "worker_exit": lambda _, worker: services_of(worker).close(),
        }
        for key, value in settings.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """The application, made in the process that serves it."""
        sys.setswitchinterval(TURN_S)
        app = create_app()
        services: Services = app.extensions["parure"]
        warming = threading.Thread(target=_warm, args=(app, services), daemon=True)
        services.wait_for(warming)
        warming.start()
        return app


def _warm(app: Flask, services: Services) -> None:
    """Draw ahead; what goes wrong is said again to whoever asks for it."""
    try:
        warm(services)
    except ParureError as error:
        app.logger.warning("%s", error)
    except RuntimeError:  # a renderer that was closed meanwhile
        if not services.closing:
            raise


def services_of(worker: Any) -> Services:
    """What stands behind the application that a gunicorn worker serves."""
    services: Services = worker.app.wsgi().extensions["parure"]
    return services


def announce(address: str) -> None:
    """Say where the pages are."""
    print(f"Parure is at http://{address}", flush=True)  # noqa: T201


def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    Server(host, port).run()
