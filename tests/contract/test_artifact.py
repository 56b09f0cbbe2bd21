"""What the build leaves out is not needed, and the SDK that it cuts sends and reads what the whole one does."""

import ast
import inspect
import json
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.session import Session
from cfnlint.decode import cfn_yaml

import artifact
from builders import EVENTS, QUEUES
from connect_simulator import demo
from deflection import connect, deferral

ROOT = Path(__file__).parents[2]
WHOLE_DATA = Path(botocore.__file__).parent / "data"
CLIENTS = {"connect": connect.Client, "sqs": deferral.Client}
CALLS = [(service, operation) for service, operations in artifact.OPERATIONS.items() for operation in operations]
REGIONS = [
    region
    for partition in json.loads((WHOLE_DATA / "endpoints.json").read_text())["partitions"]
    for region in partition["regions"]
]
OF_THE_MOMENT = {"amz-sdk-invocation-id", "X-Amz-Date"}


def session(data: Path) -> Session:
    """A session that reads its data from one folder."""
    made = Session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    made.register_component("data_loader", loader)
    made.set_credentials("test", "test")
    return made


class Wire:
    """A client whose requests are kept, and answered with this."""

    def __init__(self, data: Path, service: str) -> None:
        once = Config(retries={"total_max_attempts": 1})
        self.client = session(data).create_client(service, demo.REGION, config=once)
        self.client.meta.events.register("before-send", self._send)
        self.requests: list[Any] = []
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        try:
            return getattr(self.client, xform_name(operation))(**request)
        except ClientError as error:
            return type(error).__name__, error.response

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        headers = {name: _text(value) for name, value in request.headers.items() if name not in OF_THE_MOMENT}
        headers["Authorization"] = re.sub(r"Signature=.*|(?<=Credential=test/)[0-9]+", "", headers["Authorization"])
        self.requests.append((request.method, request.url, headers, request.body))
        status, headers, body = self.answer
        return AWSResponse(request.url, status, headers, Raw(body))


class Raw(BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: Any) -> list[bytes]:
        return [self.read()]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture(scope="module")
def cut_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("artifact") / "data"
    data.mkdir()
    for path in WHOLE_DATA.iterdir():
        if path.is_file():
            shutil.copy(path, data)
        elif path.name in (*artifact.OPERATIONS, "xray", "s3"):
            shutil.copytree(path, data / path.name)
    artifact.cut_sdk(data)
    return data


def sample(shape: Any, depth: int = 0) -> Any:
    """A value with everything in it that the shape may have."""
    match shape.type_name:
        case "structure":
            members = shape.members.items()
            return {name: sample(member, depth + 1) for name, member in members} if depth < 6 else {}
        case "list":
            return [sample(shape.member, depth + 1)]
        case "map":
            return {"key é": sample(shape.value, depth + 1)}
        case "integer" | "long" | "timestamp":
            return 100
        case "double" | "float":
            return 1.5
        case "boolean":
            return True
        case "blob":
            return b"bytes"
        case _:
            return (getattr(shape, "enum", None) or ["text " * 20 + "é"])[0]


def test_what_is_kept_is_what_the_clients_ask() -> None:
    asked = {
        service: {name for name, _ in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")}
        for service, client in CLIENTS.items()
    }

    assert {service: set(map(xform_name, names)) for service, names in artifact.OPERATIONS.items()} == asked


def test_every_client_that_is_made_is_one_of_these() -> None:
    made = [
        node.args[0].value
        for path in (ROOT / "src/deflection").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "boto3.client"
        and isinstance(node.args[0], ast.Constant)
    ]

    assert set(made) == set(CLIENTS)


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_a_cut_client_sends_byte_for_byte_what_a_whole_one_sends(service: str, operation: str, cut_data: Path) -> None:
    whole, cut = Wire(WHOLE_DATA, service), Wire(cut_data, service)
    request = sample(whole.client.meta.service_model.operation_model(operation).input_shape)

    for wire in (whole, cut):
        wire.call(operation, request)

    assert cut.requests == whole.requests
    assert len(cut.requests) == 1


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_a_cut_client_reads_every_answer_as_a_whole_one_does(service: str, operation: str, cut_data: Path) -> None:
    whole, cut = Wire(WHOLE_DATA, service), Wire(cut_data, service)
    model = whole.client.meta.service_model.operation_model(operation)
    request = sample(model.input_shape)
    codes = [shape.error_code for shape in model.error_shapes]
    told = json.dumps(sample(model.output_shape)).encode() if model.output_shape else b"{}"

    for answer in [
        (200, {"x-amzn-requestid": "1"}, told),
        *((400, {"x-amzn-errortype": code}, b'{"Message": "No."}') for code in (*codes, "Unheard")),
    ]:
        whole.answer = cut.answer = answer
        assert cut.call(operation, request) == whole.call(operation, request)


@pytest.mark.parametrize("service", artifact.OPERATIONS)
def test_a_cut_client_finds_the_endpoint_of_every_region(service: str, cut_data: Path) -> None:
    def endpoints(data: Path) -> list[tuple[str, str]]:
        made = session(data)
        clients = [made.create_client(service, region) for region in REGIONS]
        return [(client.meta.endpoint_url, client.meta.partition) for client in clients]

    assert endpoints(cut_data) == endpoints(WHOLE_DATA)


ALL_EVENTS = """
import json, sys, time
from dataclasses import replace
from pathlib import Path

left_out, events, environment = map(json.loads, sys.argv[1:])
sys.modules.update(dict.fromkeys(left_out))

from deflection import deferral, handler, wiring


class Connect:
    def start_outbound_chat_contact(self, **request):
        return {"ContactId": "1"}

    def describe_contact(self, **request):
        return {"Contact": {}}


class Context:
    function_name = invoked_function_arn = aws_request_id = "f"
    memory_limit_in_mb = 1

    def get_remaining_time_in_millis(self):
        return 700


application = wiring.load(time.monotonic(), environment)  # its queues are at a port where nobody listens
for connect in (Connect(), application.connect):
    for event in events:
        try:
            handler.lambda_handler(event, Context(), application=replace(application, connect=connect))
        except handler.DeflectionError:
            pass
"""


def test_nothing_is_imported_that_is_left_out() -> None:
    """Neither when the function starts, nor for any event, nor when nothing can be reached."""
    left_out = [path.replace("/", ".") for path in artifact.UNUSED]
    settings = demo.ENVIRONMENT | QUEUES | {"QUEUE_SENDS_PER_SECOND": "1000"}
    events = [json.loads(path.read_text()) for path in sorted(EVENTS.glob("*.json"))]
    run = subprocess.run(
        [sys.executable, "-c", ALL_EVENTS, *map(json.dumps, (left_out, events, settings))],
        env=demo.CREDENTIALS
        | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "PYTHONPATH": str(ROOT / "src"), "LAMBDA_TASK_ROOT": "/var/task"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr


def test_pruning_leaves_code_and_typeless_packages(tmp_path: Path) -> None:
    for name in ("a/b.py", "a/b.pyi", "a/py.typed", "a/tests/t.py", "a-1.dist-info/METADATA", "bin/a", "boto3/data/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    artifact.prune(tmp_path)

    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == ["a/b.py"]


def test_each_architecture_of_the_template_has_its_wheels() -> None:
    template = cfn_yaml.load(str(ROOT / "template.yaml"))
    architectures = template["Parameters"]["Architecture"]["AllowedValues"]
    folders = {path.parent.name: path.read_text().split() for path in (ROOT / "src/architectures").glob("*/wheels")}

    assert set(folders) == set(architectures)
    for architecture, platforms in folders.items():
        machine = {"arm64": "aarch64"}.get(architecture, architecture)
        assert platforms
        assert all(platform.startswith("manylinux") and platform.endswith(machine) for platform in platforms)
