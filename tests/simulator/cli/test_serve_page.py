"""The command `connect-simulator` with its page."""

import json
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from page_client import (
    FUNCTION,
    ROOT,
)


def test_ctrl_c_stops_the_simulator_and_its_processes(tmp_path: Path) -> None:
    (tmp_path / "page_function.py").write_text(FUNCTION)
    command = [sys.executable, "-m", "connect_simulator", "--port", "0", "--handler", "page_function.lambda_handler"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path)])}
    with subprocess.Popen(
        [*command, "--template", str(ROOT / "template.yaml")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-4]
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("POST", "/simulator/page/sessions", "{}", {"Content-Type": "application/json"})
        name = json.load(connection.getresponse())["name"]
        connection.request("GET", f"/simulator/page/sessions/{name}/feed")
        watching = connection.getresponse()
        assert watching.readline() == b"retry: 1000\n"
        began = time.monotonic()

        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
        assert process.stderr
        assert process.stderr.read() == ""
        connection.close()


def test_handler_without_a_template_is_rejected() -> None:
    command = [sys.executable, "-m", "connect_simulator", "--handler", "a.b"]
    result = subprocess.run(
        command, env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert "--handler and --template" in result.stderr


def test_missing_template_is_rejected() -> None:
    command = [sys.executable, "-m", "connect_simulator", "--handler", "a.b", "--template", "nowhere.yaml"]
    result = subprocess.run(
        command, env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert result.stderr.endswith("error: cannot read nowhere.yaml: No such file or directory\n")


def test_template_with_a_flow_that_amazon_connect_refuses_is_rejected(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text((ROOT / "template.yaml").read_text().replace('"TimeLimitSeconds"', '"TimeoutSeconds"'))
    command = [sys.executable, "-m", "connect_simulator", "--handler", "a.b", "--template", str(template)]
    result = subprocess.run(
        command, env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert "reply: TimeoutSeconds is refused" in result.stderr
