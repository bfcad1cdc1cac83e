"""Khronos' glTF validator, run by node over bytes."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SCRIPT = """
import validator from 'gltf-validator';
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const report = await validator.validateBytes(new Uint8Array(Buffer.concat(chunks)));
process.stdout.write(JSON.stringify(report));
"""


def validate(data: bytes) -> dict[str, Any]:
    """The validator's report on a GLB file."""
    node = shutil.which("node")
    assert node, "node is needed to run gltf-validator"
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT],
        input=data,
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def assert_valid(data: bytes) -> None:
    """No errors, warnings, or hints that a model can do better."""
    issues = validate(data)["issues"]
    assert issues["numErrors"] + issues["numWarnings"] + issues["numInfos"] == 0, issues["messages"]
