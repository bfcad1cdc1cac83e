"""An emulated device for WebXR: it looks down at a table, in a room whose measures are known.

The device is iwer's; what it sees is a table of our own, since a piece is seen before something. It
needs a canvas of the page, so OffscreenCanvas is taken away.
"""

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from tests.serving import ROOT

IWER = ROOT / "node_modules/iwer/build/iwer.min.js"
EYE = (0.0, 1.20, 0.0)  # metres, where the device is
DOWN_RAD = 0.6  # that it looks down
TABLE = 0.75  # metres, its height
FIELD_RAD = 1.0  # of view, upright
# A table with lines every ten centimetres, and rays that meet it.
DEVICE = """
(() => {
  delete globalThis.OffscreenCanvas;
  const told = TOLD;
  const agent = navigator.userAgent;
  const config = {
    ...IWER.metaQuest3, controllerConfig: undefined, userAgent: agent,
    supportedSessionModes: told.modes, supportedFeatures: told.features,
  };
  const device = new IWER.XRDevice(config, { fovy: told.field, stereoEnabled: told.stereo, ipd: told.stereo ? 0.063 : 0 });
  const table = { height: told.table, seen: told.seen };
  class Room {
    environmentCanvas = document.createElement('canvas');
    trackedPlanes = new Set();
    trackedMeshes = new Set();
    constructor() {
      Object.assign(this.environmentCanvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%' });
    }
    render() {
      const canvas = this.environmentCanvas;
      if (canvas.width === innerWidth && canvas.height === innerHeight) return;
      Object.assign(canvas, { width: innerWidth, height: innerHeight });
      const paper = canvas.getContext('2d');
      paper.fillStyle = told.paper;
      paper.fillRect(0, 0, innerWidth, innerHeight);
      paper.strokeStyle = told.line;
      const focal = innerHeight / 2 / Math.tan(told.field / 2);
      const [sine, cosine] = [Math.sin(told.down), Math.cos(told.down)];
      const seen = (x, z) => {
        const [dx, dy, dz] = [x - told.eye[0], told.table - told.eye[1], z - told.eye[2]];
        const depth = -dz * cosine - dy * sine;
        return [innerWidth / 2 + (focal * dx) / depth, innerHeight / 2 - (focal * (dy * cosine - dz * sine)) / depth];
      };
      for (let k = -10; k <= 10; k++) {
        for (const [from, to] of [[[k / 10, -0.2], [k / 10, -1.5]], [[-1, -0.75 + k / 20 * 1.0], [1, -0.75 + k / 20 * 1.0]]]) {
          paper.beginPath();
          paper.moveTo(...seen(...from));
          paper.lineTo(...seen(...to));
          paper.stroke();
        }
      }
    }
    computeHitTestResults(ray) {
      const [x, y, z] = [ray[12], ray[13], ray[14]];
      const [dx, dy, dz] = [-ray[8], -ray[9], -ray[10]];
      const t = (table.height - y) / dy;
      if (!table.seen || !(t > 0)) return [];
      return [new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x + t * dx, table.height, z + t * dz, 1])];
    }
  }
  device.installSEM(Room);
  device.position.set(...told.eye);
  device.quaternion.set(Math.sin(-told.down / 2), 0, 0, Math.cos(told.down / 2));
  device.installRuntime({ forceInstall: true });
  const ask = navigator.xr.requestSession.bind(navigator.xr);
  navigator.xr.requestSession = (mode, wishes) => {
    device.asked = { mode, ...wishes, domOverlay: undefined };
    return told.refused ? Promise.reject(new DOMException('No.', told.refused)) : ask(mode, wishes);
  };
  globalThis.emulated = { device, table };
})();
"""  # noqa: E501
FEATURES = ("viewer", "local", "hit-test", "anchors", "dom-overlay")


def emulate(
    page: Page,
    *,
    modes: Sequence[str] = ("inline", "immersive-ar"),
    features: Sequence[str] = FEATURES,
    refused: str = "",
    seen: bool = True,
    stereo: bool = False,
    paper: str = "#c9c2b6",
    line: str = "#b3ab9d",
    eye: Sequence[float] = EYE,
    down: float = DOWN_RAD,
) -> None:
    """Give the pages that `page` will open a device.

    Args:
        modes: of sessions that it has.
        features: of them.
        refused: name of the DOMException that asking for a session ends in.
        seen: whether the table is found; `emulated.table.seen` changes it.
        eye: metres, of the device.
        down: radians that it looks down.
    """
    told: dict[str, Any] = {
        "modes": list(modes),
        "features": list(features),
        "refused": refused,
        "seen": seen,
        "stereo": stereo,
        "eye": list(eye),
        "down": down,
        "table": TABLE,
        "field": FIELD_RAD,
        "paper": paper,
        "line": line,
    }
    page.add_init_script(IWER.read_text() + DEVICE.replace("TOLD", json.dumps(told), 1))
