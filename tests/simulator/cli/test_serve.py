"""The command `connect-simulator`."""

import os
import re
import shlex
import signal
import subprocess
import sys

import pytest

from connect_simulator import Simulator, demo
from connect_simulator.cli.serve import usage
from control_client import call


def test_command_prints_its_usage_and_stops_silently() -> None:
    running = {ending: _start_command() for ending in (signal.SIGINT, signal.SIGTERM)}
    for ending, process in running.items():
        with process:
            assert process.stdout
            assert process.stderr
            (url,) = re.findall(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert call(url, "GET", "contacts") == []
            process.send_signal(ending)
            said, complained = process.stdout.read(), process.stderr.read()
        assert f"export AWS_ENDPOINT_URL={url}\n" in said
        assert f"export CONTACT_FLOW_ID={demo.SMS_FLOW_ID}\n" in said
        assert (process.returncode, complained) == (0, "")


BARE_CALLS = f"""
import boto3
connect = boto3.client("connect")
started = connect.start_outbound_chat_contact(
    InstanceId="{demo.INSTANCE_ID}",
    ContactFlowId="{demo.SMS_FLOW_ID}",
    SourceEndpoint=dict(Type="CONNECT_PHONENUMBER_ARN", Address="{demo.SMS_NUMBER_ARN}"),
    DestinationEndpoint=dict(Type="TELEPHONE_NUMBER", Address="+14255550100"),
    SegmentAttributes={{"connect:Subtype": dict(ValueString="connect:SMS")}},
)
described = connect.describe_contact(InstanceId="{demo.INSTANCE_ID}", ContactId=started["ContactId"])
boto3.client("ssm").put_parameter(Name="/texts/switch", Value="on", Type="String")
boto3.client("pinpoint-sms-voice-v2").describe_opted_out_numbers(OptOutListName="Default")
print(described["Contact"]["Channel"])
"""


def test_printed_variables_are_enough_for_a_client(simulator: Simulator) -> None:
    exports = [shlex.split(line) for line in usage(simulator).splitlines() if line.startswith("export ")]
    environment = dict(assignment.split("=", 1) for _, assignment in exports)
    command = [sys.executable, "-c", BARE_CALLS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("CHAT\n", "")


def test_usage_is_valid_shell_and_lists_the_operations(simulator: Simulator) -> None:
    first, *others = usage(simulator).splitlines()
    assert simulator.url in first
    assert {line.split(" ")[0] for line in others} == {"export", "#"}
    assert "DescribeContact" in others[-1]
    assert "DescribeOptedOutNumbers" in others[-2]
    assert "POST /simulator/faults" in others[-4]
    assert "The simulator is public" not in usage(simulator)
    with Simulator("0.0.0.0") as open_to_all:
        assert "The simulator is public" in usage(open_to_all)
        assert "127.0.0.1" in open_to_all.url


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_invalid_port_is_rejected(port: str) -> None:
    with _start_command(port) as process:
        _, complained = process.communicate()
    assert process.returncode == 2
    assert complained.endswith(f"argument --port: must be 0 to 65535 (got {port})\n")


def test_sdk_variables_of_the_shell_do_not_prevent_the_start() -> None:
    with _start_command(AWS_PROFILE="nobody") as process:
        assert process.stdout
        assert "simulated at http" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def test_busy_port_gets_another_port_to_try(simulator: Simulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with _start_command(str(port)) as process:
        _, complained = process.communicate()
    said = f"Cannot listen on 127.0.0.1:{port}: Address already in use. Try PORT={port + 1}.\n"
    assert (process.returncode, complained) == (1, said)


def _start_command(port: str = "0", **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "connect_simulator", f"--port={port}"]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=variables)
