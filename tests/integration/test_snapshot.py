"""A SnapStart snapshot, simulated by forks of a loaded process: each fork is a restored environment."""

import json
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from builders import QUEUES
from connect_simulator import Simulator, demo
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
from deflection.outcome import DryRun
from deflection.snapshot import prepare_snapshot

SRC = Path(__file__).parents[2] / "src"
SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "LAMBDA_TASK_ROOT": "/var/task"}
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
RESTORED = """
import json, os, socket, sys, threading, time
from dataclasses import replace
from deflection import handler
from deflection.aws import connect, deadline

class Context:
    function_name = invoked_function_arn = aws_request_id = "f"
    memory_limit_in_mb = 1

    def get_remaining_time_in_millis(self):
        return 9000

def connections():
    sockets = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            sockets.append(socket.socket(fileno=os.dup(int(fd))))
        except OSError:
            pass
    return [each for each in sockets if each.type == socket.SOCK_STREAM]  # X-Ray's datagrams need no connection

def answer(event, application):
    answered = handler.lambda_handler(event, Context(), application=application)
    return answered.get("Status", answered.get("batchItemFailures")), answered.get("ContactId")

def restored(event):
    # An hour has passed since the snapshot.
    clock = deadline.Clock(now=lambda: time.time() + 3600, elapsed=lambda: time.monotonic() + 3600)
    application = replace(handler._application, clock=clock)
    before = set(sys.modules)
    first = answer(event, application)
    late = sorted(set(sys.modules) - before)
    for each in connections():
        each.shutdown(socket.SHUT_RDWR)
    return {"first": first, "late": late, "again": answer(event, application), "jitter": connect._random.random()}

print("line:" + json.dumps([threading.active_count(), len(connections())]), flush=True)
for event in json.load(sys.stdin):
    if not os.fork():
        print("line:" + json.dumps(restored(event)), flush=True)
        os._exit(0)
    os.wait()
"""


class Restored(NamedTuple):
    """What two restored environments print and trace, after what their snapshot had."""

    threads_and_connections: list[int]
    environments: list[dict[str, Any]]
    output: str
    segment_ids: list[str]


def restore(simulator: Simulator, events: list[Any]) -> Restored:
    """Load the function as for a snapshot, and restore it once for each event."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        environment = demo.CREDENTIALS | demo.ENVIRONMENT | QUEUES | SNAP_START | {"AWS_ENDPOINT_URL": simulator.url}
        environment |= {"AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}", "_X_AMZN_TRACE_ID": TRACE}
        environment |= {"MAX_EVENT_AGE_SECONDS": "86400", "FLOW_TIME_LIMIT_SECONDS": "8", "PYTHONPATH": str(SRC)}
        run = subprocess.run(
            [sys.executable, "-c", RESTORED],
            input=json.dumps(events),
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        daemon.settimeout(0)
        segments = []
        while True:
            try:
                segments.append(json.loads(daemon.recv(1 << 16).partition(b"\n")[2]))
            except BlockingIOError:
                break
    first, *others = [json.loads(line[5:]) for line in run.stdout.splitlines() if line.startswith("line:")]
    return Restored(first, others, run.stdout, [segment["id"] for segment in segments])


@pytest.fixture
def calls() -> list[Any]:
    events = [json.loads((SRC.parent / "events/flow_voice.json").read_text()) for _ in range(2)]
    events[1]["Details"]["ContactData"]["InitialContactId"] = "another"
    return events


@pytest.mark.parametrize(
    "settings",
    [
        QUEUES,
        {"CONSENT_ATTRIBUTE": "smsConsent"},
        {"ALLOWED_COUNTRIES": "GB"},
        {"ALLOWED_CHANNELS": "CHAT"},
        {"SUBTYPES": "connect:WhatsApp"},
        {"QUIET_HOURS": "00:00-23:59"},
        {"SWITCH_PARAMETER": "/switch", "ROUTES_PARAMETER": "/routes", "MESSAGES_PARAMETER": "/messages"},
        {"OPT_OUT_LIST_NAME": "Default", "REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "messages"},
    ],
)
def test_dry_run_before_the_snapshot_reaches_the_end_whatever_the_settings(settings: dict[str, str]) -> None:
    unreachable = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}

    loaded = load_application(0, demo.ENVIRONMENT | settings | unreachable)

    assert isinstance(loaded, Application)
    assert isinstance(prepare_snapshot(loaded), DryRun)


def test_restored_environments_share_no_connection_and_no_random_number(simulator: Simulator, calls: Any) -> None:
    restored = restore(simulator, calls)

    one, other = restored.environments
    assert restored.threads_and_connections == [1, 0]
    assert [one["first"][0], other["first"][0]] == ["STARTED", "STARTED"]
    assert one["first"][1] != other["first"][1]
    assert one["jitter"] != other["jitter"]
    assert len(restored.segment_ids) == len(set(restored.segment_ids)) >= 4


def test_each_restored_environment_counts_its_cold_start(simulator: Simulator, calls: Any) -> None:
    assert restore(simulator, calls).output.count('"ColdStart":') == 2


def test_restored_environment_opens_a_closed_connection_again(simulator: Simulator, calls: Any) -> None:
    for environment in restore(simulator, calls).environments:
        assert environment["again"] == environment["first"]


def test_first_call_after_a_restore_loads_no_module(simulator: Simulator, calls: Any) -> None:
    request = {
        "detail-type": "Deflection Requested",
        "source": "test",
        "id": "1",
        "time": datetime.now(UTC).isoformat(),
        "detail": {
            "instanceArn": demo.INSTANCE_ARN,
            "parameters": {"DestinationEndpoint_Address": "+14255550142", "ClientToken": "1"},
        },
    }
    record = {"messageId": "1", "receiptHandle": "1", "eventSource": "aws:sqs", "body": json.dumps(request)}
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(1000 * time.time()))}
    with_parameters = json.loads(json.dumps(calls[0]))
    with_parameters["Details"]["Parameters"] = {"Attributes": '{"reason": "billing"}'}

    restored = restore(simulator, [calls[0], with_parameters, {"Records": [record | {"attributes": attributes}]}])

    assert [environment["first"][0] for environment in restored.environments] == ["STARTED", "STARTED", []]
    assert [environment["late"] for environment in restored.environments] == [[], [], []]


def has_worker_client(loaded: Application) -> bool:
    """Return whether the queue worker's client was created."""
    connect: Any = loaded.worker.connect
    return bool(connect.cache_info().currsize)


def test_function_is_prepared_only_for_a_snapshot() -> None:
    plain = load_application(0, demo.ENVIRONMENT)
    prepared = load_application(0, demo.ENVIRONMENT | {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"})

    assert isinstance(plain, Application)
    assert isinstance(prepared, Application)
    assert [has_worker_client(each) for each in (plain, prepared)] == [False, True]
