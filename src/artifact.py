"""
Build the function's deployment artifact: only the files that it needs, compiled ahead of time.

A caller hears silence while the function starts. Without this build, every start compiles every module, because
Lambda's code folder is read-only, and the SDK loads the models of 440 services. docs/reliability.md shows what each
step saves. The code of the packages does not change.
"""

import compileall
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from gzip import GzipFile
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

SOURCE = Path(__file__).parent
LAMBDA_CODE_FOLDER = "/var/task"
FILE_TIME = 946_684_800
"""The modification time of every file, 2000-01-01 UTC; it makes builds reproducible."""

OPERATIONS: Mapping[str, frozenset[str]] = {
    "connect": frozenset({"DescribeContact", "StartOutboundChatContact"}),
    "dynamodb": frozenset({"GetItem", "PutItem"}),
    "pinpoint-sms-voice-v2": frozenset({"CarrierLookup", "DescribeOptedOutNumbers"}),
    "sqs": frozenset({"ChangeMessageVisibilityBatch", "SendMessage"}),
    "ssm": frozenset({"GetParameter"}),
}
"""The services and operations that the function calls."""

ROOT_OWNERS = ("Amazon", "Baltimore", "DigiCert", "GlobalSign", "Starfield", "Verisign")
"""
The names of the root certificates to keep begin with one of these.

Amazon's and Starfield's roots are those of AWS's own authority. AWS does not document who issues the certificates of
its endpoints in the partitions of China and GovCloud, so the roots that AWS used before its own are kept too.
Source: https://www.amazontrust.com/repository/
"""

UNUSED = (
    "aws_lambda_powertools/event_handler",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            "auth_alpha",
            "circuit_breaker",
            "data_masking",
            "feature_flags",
            "idempotency",
            "kafka",
            "streaming",
            "validation",
        )
    ),
    "boto3/data",
    "boto3/examples",
    "dateutil/zoneinfo",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "pydantic/v1",
    "wrapt-stubs",
)
"""Folders of the packages that the function does not import."""

NOTICES = ("LICEN", "NOTICE", "COPYING")
"""The names of license files begin like this; they must be distributed with the packages."""


def build(artifact: Path, platforms: Iterable[str]) -> None:
    """Build the artifact in a folder, with the wheels of these platforms."""
    _install(artifact, platforms)
    shutil.copytree(SOURCE / "deflection", artifact / "deflection", ignore=shutil.ignore_patterns("__pycache__"))
    prune(artifact)
    cut_sdk(artifact / "botocore/data")
    cut_roots(artifact / "botocore/cacert.pem")
    compile_ahead(artifact)
    for path in [artifact, *artifact.rglob("*")]:
        os.utime(path, (FILE_TIME, FILE_TIME))


def prune(artifact: Path) -> None:
    """Remove type stubs, package metadata except licenses, and the folders that the function does not import."""
    for path in list(artifact.glob("*.dist-info/**/*")):
        if path.is_file() and path.name.upper().startswith(NOTICES):
            license_file = (
                artifact / "licenses" / path.relative_to(artifact).parts[0].removesuffix(".dist-info") / path.name
            )
            license_file.parent.mkdir(parents=True, exist_ok=True)
            path.replace(license_file)
    for pattern in ("*.dist-info", "bin", "**/*.pyi", "**/py.typed", "**/tests", "**/__pycache__", *UNUSED):
        for path in list(artifact.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def cut_sdk(data: Path) -> None:
    """Reduce the SDK's data to the operations that the function calls, without documentation."""
    for path in [path for path in data.iterdir() if path.is_dir() and path.name not in OPERATIONS]:
        shutil.rmtree(path)
    for service, operations in OPERATIONS.items():
        for packed in list(data.glob(f"{service}/*/service-2.json.gz")):
            with GzipFile(packed) as file:
                model = json.load(file, object_hook=_without_documentation)
            packed.with_suffix("").write_text(_json(cut_model(model, operations)), encoding="utf-8")
            packed.unlink()
    endpoints = json.loads((data / "endpoints.json").read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {name: value for name, value in partition["services"].items() if name in OPERATIONS}
    (data / "endpoints.json").write_text(_json(endpoints), encoding="utf-8")


def cut_model(model: Mapping[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    """Return a service model with only these operations and the shapes that they need."""
    kept_operations = {name: model["operations"][name] for name in sorted(operations)}
    shapes: dict[str, Any] = {}
    pending = list(_named_shapes(kept_operations))
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            pending += _named_shapes(shapes[name])
    return {**model, "operations": kept_operations, "shapes": dict(sorted(shapes.items()))}


def cut_roots(bundle: Path) -> None:
    """Reduce the SDK's root certificates to those of AWS's endpoints; the variable AWS_CA_BUNDLE replaces the file."""
    roots = re.findall(
        r'# Label: "(.+)"\n(?:#.*\n)*(-----BEGIN[^#]+-----END CERTIFICATE-----)', bundle.read_text(encoding="utf-8")
    )
    kept = [f"# {name}\n{root}\n" for name, root in roots if name.startswith(ROOT_OWNERS)]
    bundle.write_text("\n".join(kept), encoding="utf-8")


def compile_ahead(artifact: Path) -> None:
    """Compile every module for its path in Lambda; Python does not check the bytecode against its source."""
    compiled = compileall.compile_dir(
        artifact,
        quiet=1,
        stripdir=str(artifact),
        prependdir=LAMBDA_CODE_FOLDER,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        sys.exit("A module could not be compiled; the lines above name it.")


def _named_shapes(part: Any) -> Iterable[str]:
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from _named_shapes(item)


def _without_documentation(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "documentation" or not isinstance(value, str)}


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _install(artifact: Path, platforms: Iterable[str]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--require-hashes", "-r", str(SOURCE / "requirements.txt"), "--target", str(artifact)]
    command += ["--only-binary=:all:", "--implementation=cp", "--python-version=3.13"]
    subprocess.run(command + [f"--platform={platform}" for platform in platforms], check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path("wheels").read_text(encoding="utf-8").split())
