"""No customer data reaches logs or traces, whatever the environment asks for."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from builders import IN_LAMBDA, LOUD, event, flow_event
from connect_simulator import Fault, Simulator, demo
from connect_simulator.faults import FaultKind

PERSONAL = ("4255550142", "425 555 0142", "425-555-0142", quote("+14255550142"), "Jane", "A-1001", "Hello you")
RUN = """
import json, logging, sys
logging.basicConfig(level=logging.DEBUG)
from builders import LambdaContext
from deflection.handler import lambda_handler
try:
    answer = lambda_handler(json.load(sys.stdin), LambdaContext())
    print("STATUS", answer.get("Status"), file=sys.stderr)
except Exception as error:
    print("RAISED", type(error).__name__, file=sys.stderr)
    raise
"""


@pytest.mark.parametrize(
    ("name", "fault", "ended"),
    [
        ("flow", None, "STATUS STARTED"),
        ("flow", "invalid_request", "STATUS FAILED"),
        ("flow", "reset_before", "STATUS FAILED"),
        ("deflection_requested", None, "RAISED ResourceNotFoundError"),
        ("queue_batch", None, "STATUS None"),
    ],
)
def test_no_customer_data_is_logged_or_traced(
    name: str, fault: FaultKind | None, ended: str, simulator: Simulator, tmp_path: Path
) -> None:
    if fault:
        simulator.faults.add(Fault("StartOutboundChatContact", fault, times=None))
    wish = {"InitialSystemMessage_Content": "Hello you", "DestinationEndpoint_Address": "+1 425-555-0142"}
    arrived = flow_event(wish) if name == "flow" else event(name)
    arrived.pop("time", None)
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.bind(("127.0.0.1", 0))
    daemon.settimeout(0)
    environment = {
        **demo.ENVIRONMENT,
        **demo.CREDENTIALS,
        **LOUD,
        **IN_LAMBDA,
        "ATTRIBUTES_TO_COPY": "*",
        "FLOW_TIME_LIMIT_SECONDS": "1",
        "AWS_ENDPOINT_URL": simulator.url,
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }

    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(arrived),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    traced = _packets(daemon)

    assert ended in done.stderr
    assert "## lambda_handler" in traced
    for personal in PERSONAL:
        assert personal not in done.stdout + done.stderr + traced


def _packets(daemon: socket.socket) -> str:
    packets = b""
    with daemon:
        while True:
            try:
                packets += daemon.recv(65_536)
            except BlockingIOError:
                return packets.decode()
