"""Build the artifacts to compare."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bench.emulator import Candidate

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".cache/bench"

COMPILE = """
import compileall, py_compile, sys
compileall.compile_dir(
    sys.argv[1], force=True, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
)
"""


def build(sam: str, python: Path) -> tuple[Candidate, Candidate, Candidate, Candidate]:
    """
    Build the four candidates.

    Returns:
        This function, the ten lines, the ten lines with their bytecode compiled ahead, and an empty handler.
    """
    shutil.rmtree(WORK, ignore_errors=True)
    source = WORK / "baseline"
    shutil.copytree(Path(__file__).parent / "baseline", source, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "src/requirements.txt", source)
    _sam_build(sam, ROOT / "template.yaml", WORK / "ours")
    _sam_build(sam, source / "template.yaml", WORK / "plain")
    plain = WORK / "plain/TenLines"
    compiled = WORK / "compiled"
    shutil.copytree(plain, compiled)
    # Our artifact is compiled for /var/task, where Lambda has the code. Compile it for this folder, so that importing
    # it here does not have to correct the file names.
    for each in (WORK / "ours/DeflectionFunction", compiled):
        subprocess.run([str(python), "-c", COMPILE, str(each)], check=True)  # noqa: S603
    return (
        Candidate("this function", WORK / "ours/DeflectionFunction", "deflection.handler.lambda_handler"),
        Candidate("ten lines", plain, "handler.lambda_handler"),
        Candidate("ten lines, compiled ahead", compiled, "handler.lambda_handler"),
        Candidate("empty handler", Path(__file__).parent / "empty", "handler.lambda_handler"),
    )


def emulator_of(sam: str, machine: str) -> Path:
    """Find the runtime interface emulator's binary in SAM's own package."""
    name = f"samcli/local/rapid/aws-lambda-rie-{machine}"
    found = next(Path(sam).resolve().parents[1].glob(f"lib/python*/site-packages/{name}"), None)
    if not found:
        raise SystemExit(f"bench: {name} was not found beside {sam}. Try: make bench SAM=.venv-sam/bin/sam")
    return found


def trust(root: Path, candidates: Sequence[Candidate]) -> None:
    """Add a root certificate to the bundle of each candidate's SDK, beside the roots that it loads anyway."""
    for candidate in candidates:
        with (candidate.artifact / "botocore/cacert.pem").open("ab") as bundle:
            bundle.write(b"\n" + root.read_bytes())


def zipped_megabytes(candidate: Candidate) -> float:
    """Return the size of the zip file that is uploaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(candidate.artifact.rglob("*")):
            file.write(path, path.relative_to(candidate.artifact))
    return len(buffer.getvalue()) / 1e6


def _sam_build(sam: str, template: Path, target: Path) -> None:
    command = [sam, "build", "--template-file", str(template), "--build-dir", str(target), "--no-cached"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
