"""A SnapStart snapshot, simulated by forks of a loaded process: each fork is a restored environment."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from builders import QUEUES, application
from connect_simulator import Simulator, demo
from deflection.aws.gateway import Application
from deflection.aws.switch import Switch
from deflection.bootstrap import load_application
from deflection.outcome import DryRun
from deflection.snapshot import prepare_snapshot

SRC = Path(__file__).parents[2] / "src"
RESTORED_TWICE = """
import json, os, socket, sys, threading
from deflection import handler

class Context:
    function_name = invoked_function_arn = aws_request_id = "f"
    memory_limit_in_mb = 1

    def get_remaining_time_in_millis(self):
        return 9000

def is_connection(fd):
    try:
        return socket.socket(fileno=os.dup(int(fd))).type == socket.SOCK_STREAM
    except OSError:
        return False

connections = [fd for fd in os.listdir("/proc/self/fd") if is_connection(fd)]  # X-Ray's datagrams need none
late = {"deflection.sqs_worker", "deflection.inbound.eventbridge", "deflection.request.routes"} - set(sys.modules)
print("snapshot:" + json.dumps([threading.active_count(), connections, sorted(late)]), flush=True)
for event in json.load(sys.stdin):
    if not os.fork():
        answer = handler.lambda_handler(event, Context())
        print("restored:" + json.dumps([answer["Status"], answer["ContactId"]]), flush=True)
        os._exit(0)
    os.wait()
"""


def test_dry_run_before_the_snapshot_reaches_the_end_without_a_service() -> None:
    assert isinstance(prepare_snapshot(application(sqs=object(), **QUEUES)), DryRun)
    assert isinstance(prepare_snapshot(application(CONSENT_ATTRIBUTE="smsConsent")), DryRun)
    unreachable: Any = None
    switched = replace(application(), switch=Switch(unreachable, "/switch"))
    assert isinstance(prepare_snapshot(switched), DryRun)


def test_restored_environments_share_no_connection_and_each_counts_its_cold_start(simulator: Simulator) -> None:
    calls = [json.loads((SRC.parent / "events/flow_voice.json").read_text()) for _ in range(2)]
    calls[1]["Details"]["ContactData"]["InitialContactId"] = "another"
    environment = demo.CREDENTIALS | demo.ENVIRONMENT | QUEUES | {"AWS_ENDPOINT_URL": simulator.url}
    environment |= {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "LAMBDA_TASK_ROOT": "/var/task"}

    run = subprocess.run(
        [sys.executable, "-c", RESTORED_TWICE],
        input=json.dumps(calls),
        env=environment | {"PYTHONPATH": str(SRC), "FLOW_TIME_LIMIT_SECONDS": "8"},
        capture_output=True,
        text=True,
        check=True,
    )

    lines = [line for line in run.stdout.splitlines() if line.startswith(("snapshot:", "restored:"))]
    snapshot, *restored = [json.loads(line.partition(":")[2]) for line in lines]
    assert snapshot == [1, [], []]
    assert [status for status, _ in restored] == ["STARTED", "STARTED"]
    assert len({contact_id for _, contact_id in restored}) == 2
    assert run.stdout.count('"ColdStart":') == 2


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
