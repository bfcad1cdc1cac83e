"""The service as `parure serve` runs it, in a process of its own with an empty store.

It draws nothing ahead but what it is told to. Beside its own pages it may serve a folder under
/bench/, so that the pages of a benchmark are of the same origin as what they show.
"""

from __future__ import annotations

import argparse
import mimetypes
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import brotli

from benchmarks.common import ROOT
from models3d.threads import ONE_THREAD
from viewer.web.environment_file import environment_file

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE_S: Final = 900.0
PREFIX: Final = "/bench/"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    port: int
    process: int  # that answers

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: object = None, coding: str = "identity"
    ) -> tuple[int, bytes, float]:
        """Status, body, and the seconds after which to ask again."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            data = None if body is None else dumps(body)
            about = {"Content-Type": "application/json", "Accept-Encoding": coding}
            connection.request(method, path, data, about)
            answer = connection.getresponse()
            return answer.status, answer.read(), float(answer.getheader("Retry-After") or 0)
        finally:
            connection.close()

    def fetch(self, path: str, coding: str = "br") -> bytes:
        """What is found there.

        Raises:
            RuntimeError: nothing is.
        """
        status, body, _ = self.ask("GET", path, coding=coding)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}: {body[:200]!r}")
        return body

    def make_light(self) -> None:
        """Have the light of all pieces made, as a service does that draws ahead."""
        self.fetch(f"/api/v1/environments/{environment_file().id}.bin")

    def peak_mb(self) -> float:
        """The most memory that it has ever had in use."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return float(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024.0  # type: ignore[index]


@contextmanager
def running(
    store: str, pages: Path | None = None, prepared: Sequence[str] = ()
) -> Iterator[Service]:
    """The service with a store of its own.

    Args:
        pages: the folder under /bench/.
        prepared: designs that are made as they come before it answers.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.service", str(port)]
    command += ["--pages", str(pages)] if pages else []
    command += [word for design in prepared for word in ("--prepared", design)]
    environment = {**ONE_THREAD, **os.environ, "PARURE_VAR": store}
    with (
        (Path(store) / "log").open("w+") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log
        ) as master,
    ):
        assert master.stdout is not None
        try:
            if b"http://" not in master.stdout.readline():
                raise RuntimeError(f"the service did not start: {Path(log.name).read_text()}")
            worker = None
            while worker is None:
                children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
                worker = int(children.split()[0]) if children.split() else None
            service = Service(port, worker)
            service.fetch("/healthz")  # waits for the worker to be there
            yield service
        finally:
            master.terminate()
            sys.stderr.write(Path(log.name).read_text()[-2000:])


class Beside:
    """A WSGI application with the files of a folder beside it, packed as its own are."""

    def __init__(self, application: WSGIApplication, folder: Path) -> None:
        self._application = application
        self._files: Mapping[str, tuple[str, bytes]] = {
            f"{PREFIX}{path.name}": (
                mimetypes.guess_type(path.name)[0] or "application/octet-stream",
                brotli.compress(path.read_bytes()),
            )
            for path in folder.iterdir()
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        found = self._files.get(environ["PATH_INFO"])
        if found is None:
            return self._application(environ, start_response)
        kind, data = found
        about = [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Encoding", "br"),
            ("Content-Length", str(len(data))),
            ("Cache-Control", "no-store"),
        ]
        start_response("200 OK", about)
        return (data,)


def serve(port: int, pages: Path | None, prepared: Sequence[str]) -> None:
    """Serve until interrupted, drawing nothing ahead but what is to be prepared."""
    from api import server  # of the process that serves alone
    from api.warming import viewers_file

    class Server(server.Server):
        def load_config(self) -> None:
            super().load_config()
            self.cfg.set("timeout", int(PATIENCE_S))  # it answers nobody while it prepares

        def load(self) -> Any:
            made = super().load()
            services = made.extensions["parure"]
            for design in prepared:
                for step in viewers_file(services, services.configured(design, {})):
                    step()
            if pages:
                made.wsgi_app = Beside(made.wsgi_app, pages)
            return made

    server.warm = lambda _: None
    Server("127.0.0.1", port).run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--prepared", action="append", default=[])
    asked = parser.parse_args()
    serve(asked.port, asked.pages, asked.prepared)
