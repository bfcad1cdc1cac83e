"""Khronos' glTF validator, run by node over bytes."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WARNING = 1  # severity; errors are 0
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


MANY = """
import fs from 'node:fs';
import validator from 'gltf-validator';
for (const file of process.argv.slice(1)) {
  const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)));
  process.stdout.write(JSON.stringify(report.issues) + '\\n');
}
"""


def problems(folder: Path, files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Errors and warnings of many files by name, from one run of the validator."""
    node = shutil.which("node")
    assert node, "node is needed to run gltf-validator"
    paths = []
    for number, data in enumerate(files.values()):
        paths.append(folder / f"{number}.glb")
        paths[-1].write_bytes(data)
    done = subprocess.run(
        [node, "--input-type=module", "-e", MANY, *map(str, paths)],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    found = {}
    for name, report in zip(files, reports, strict=True):
        told = [
            f"{m['code']} {m['message']} {m.get('pointer', '')}"
            for m in report["messages"]
            if m["severity"] <= WARNING
        ]
        if report["numErrors"] + report["numWarnings"]:
            found[name] = told[:3]
    return found


def assert_valid(data: bytes) -> None:
    """No errors, warnings, or hints that a model can do better."""
    issues = validate(data)["issues"]
    assert issues["numErrors"] + issues["numWarnings"] + issues["numInfos"] == 0, issues["messages"]
