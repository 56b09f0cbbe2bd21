"""Run a sample of the faults in Lambda's runtime and its emulator."""

import json
import os
import platform
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest

from builders import IN_LAMBDA, LOUD, flow_event
from chain import create_queues, process_queue, sms_contacts_of
from connect_simulator import Fault, Simulator, demo
from proof import watch
from proof.declared import is_declared
from proof.figures import SCALE, measured
from proof.lanes import daemon
from proof.promises import ANSWERED
from proof.test_faults import QUICK, START

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 2
ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")


def emulator() -> str:
    """Return the emulator that AWS SAM includes; skip the test without it."""
    sam = Path(os.environ.get("SAM") or shutil.which("sam") or ".venv-sam/bin/sam")
    if not sam.is_file():
        pytest.skip("AWS SAM, which brings the emulator of Lambda, is not set up; make prove does it.")
    python = sam.read_text().partition("\n")[0].removeprefix("#!")
    found = "import pathlib, samcli; print(pathlib.Path(samcli.__file__).parent)"
    samcli = subprocess.run([python, "-c", found], capture_output=True, text=True, check=True).stdout.strip()
    return f"{samcli}/local/rapid/aws-lambda-rie-{ARCHITECTURE}"


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def lambda_function(simulator: Simulator, queues: Mapping[str, str], written: Path, **others: str) -> Iterator[str]:
    """Run the function in Lambda's runtime and yield its URL; check its logs and traces for personal data."""
    outside, inside = free_ports(2)
    environment = {
        **demo.ENVIRONMENT,
        **demo.CREDENTIALS,
        **LOUD,
        "LAMBDA_TASK_ROOT": IN_LAMBDA["LAMBDA_TASK_ROOT"],
        "AWS_LAMBDA_FUNCTION_NAME": "connect-sms-deflection",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "30",
        "AWS_ENDPOINT_URL": simulator.url,
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon().port}",
        "FLOW_TIME_LIMIT_SECONDS": str(LIMIT_SECONDS),
        "ATTRIBUTES_TO_COPY": "*",
        **queues,
        "QUEUE_SENDS_PER_SECOND": "20",
        "TRACED_HANDLER": "deflection.handler.lambda_handler",
        "TRACE_ID": IN_LAMBDA["_X_AMZN_TRACE_ID"],
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "bench" / "runtime"), *sys.path]),
        "PATH": os.environ["PATH"],
        **others,
    }
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{outside}"]
    addresses += ["--runtime-api-address", f"127.0.0.1:{inside}"]
    runtime = [sys.executable, "-m", "awslambdaric", "traced.lambda_handler"]
    with written.open("w") as file:
        running = subprocess.Popen(
            [emulator(), *addresses, *runtime], env=environment, cwd=written.parent, stdout=file, stderr=file
        )
        try:
            yield f"http://127.0.0.1:{outside}/2015-03-31/functions/function/invocations"
        finally:
            running.terminate()
            running.wait()
    logged, traced = written.read_text(errors="replace").splitlines(), daemon().take_packets()
    assert logged
    assert traced
    assert watch.secrets([*logged, *traced])[:3] == []


def invoke(url: str, arrived: Any) -> Any:
    return timed(url, arrived)[0]


def timed(url: str, arrived: Any) -> tuple[Any, float]:
    """Return the answer and its seconds; the first invocation includes the cold start."""
    request = urllib.request.Request(url, json.dumps(arrived).encode())  # noqa: S310 (it is on this machine)
    for _ in range(100):
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.load(answer), time.monotonic() - began
        except urllib.error.URLError:
            time.sleep(0.05)  # until the emulator listens
    raise AssertionError


def queues_of(simulator: Simulator) -> tuple[Any, dict[str, str]]:
    options = {"endpoint_url": simulator.url, "region_name": demo.REGION}
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    sqs = boto3.client("sqs", **options, **keys)
    return sqs, create_queues(sqs)


@pytest.mark.proof
@pytest.mark.skipif(sys.platform != "linux", reason="AWS's emulator of Lambda is a program for Linux.")
def test_faults_in_lambdas_runtime(simulator: Simulator, tmp_path: Path) -> None:

    chance = random.Random(11)
    deferred: list[str] = []
    sqs, queues = queues_of(simulator)
    written = tmp_path / "written"
    with measured(ANSWERED, "one of these faults, in Lambda's runtime and its emulator") as figures:
        with lambda_function(simulator, queues, written) as url:
            for number in range(max(20, round(200 * SCALE))):
                simulator.faults.clear()
                kind = chance.choice([*QUICK, "delay", "trickle"])
                times, seconds = chance.choice([1, 1, 1, 2, 2, 1000]), chance.choice([1, 3, 10])
                simulator.faults.add(Fault(START, kind, times=times, seconds=seconds))
                contact_id = str(uuid.UUID(int=number + 1))
                arrived = flow_event(
                    {"InitialSystemMessage_Content": watch.TEXT},
                    ContactId=contact_id,
                    InitialContactId=contact_id,
                    Attributes={"note": watch.ATTRIBUTE},
                )
                answer, took = timed(url, arrived)
                assert is_declared(answer), answer
                assert took < LIMIT_SECONDS
                figures.at_most("seconds until an answer", took)
                texts = sms_contacts_of(simulator, contact_id)
                assert answer["Status"] in {"STARTED", "DEFERRED", "FAILED"}
                assert simulator.faults.triggered[kind]
                assert len(texts) <= 1
                assert answer["Status"] != "STARTED" or texts == [answer["ContactId"]]
                assert answer["Status"] != "FAILED" or answer["Retryable"] == "true" or not texts
                deferred += [contact_id] if answer["Status"] == "DEFERRED" else []
                figures.count(f"`{answer['Status']}`")
                figures.struck += simulator.faults.triggered
            simulator.faults.clear()
            queued = process_queue(sqs, queues["QUEUE_URL"], partial(invoke, url))
        assert [contact_id for contact_id in deferred if contact_id not in queued] == []
        assert [contact_id for contact_id in deferred if len(sms_contacts_of(simulator, contact_id)) != 1] == []


@pytest.mark.proof
@pytest.mark.skipif(sys.platform != "linux", reason="AWS's emulator of Lambda is a program for Linux.")
def test_a_connect_that_is_not_there_in_lambdas_runtime(simulator: Simulator, tmp_path: Path) -> None:
    """Connect's port is closed, or its name does not resolve, at a cold start and after it."""
    _, queues = queues_of(simulator)
    with measured(ANSWERED, "a closed port or an unknown name, in the same emulator, also at a cold start") as figures:
        for endpoint in (f"http://127.0.0.1:{free_ports(1)[0]}", "http://connect.invalid"):
            with lambda_function(simulator, queues, tmp_path / "written", AWS_ENDPOINT_URL_CONNECT=endpoint) as url:
                for _ in range(max(2, round(10 * SCALE))):
                    answer, took = timed(url, flow_event())
                    assert answer["Status"] == "DEFERRED"
                    assert answer["Reason"] in {"SERVICE_UNAVAILABLE", "TIMED_OUT"}
                    assert took < LIMIT_SECONDS
                    figures.at_most("seconds until an answer", took)
                    figures.count("`DEFERRED`")
