"""The artifact has all that the function needs, and its trimmed SDK behaves like the full one."""

import inspect
import json
import re
import shutil
import ssl
import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime
from importlib.machinery import SourcelessFileLoader
from importlib.metadata import PackageNotFoundError, files
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.loaders import Loader
from botocore.session import Session
from cfnlint.decode import cfn_yaml

import artifact
from builders import EVENTS, QUIET_NOW, described
from connect_simulator import Fault, Simulator, demo
from deflection.aws.client import SERVICES, create_session
from deflection.aws.connect import ConnectClient
from deflection.aws.sms_voice import SmsVoiceClient
from deflection.aws.sqs import SqsClient
from tls_proxy import tls_proxy

ROOT = Path(__file__).parents[2]
WHOLE_DATA = Path(botocore.__file__).parent / "data"
WHOLE_BUNDLE = WHOLE_DATA.with_name("cacert.pem")
CLIENTS = {"connect": ConnectClient, "pinpoint-sms-voice-v2": SmsVoiceClient, "sqs": SqsClient}
CALLS = [
    (service, operation) for service, operations in artifact.OPERATIONS.items() for operation in sorted(operations)
]
REGIONS = [
    region
    for partition in json.loads((WHOLE_DATA / "endpoints.json").read_text())["partitions"]
    for region in partition["regions"]
]
UNCHECKED_HASH = 0b01
"""PEP 552: hash-based, and not checked."""
OF_THE_MOMENT = {"amz-sdk-invocation-id", "X-Amz-Date"}


def session(data: Path) -> Session:
    """Return a session that reads its data from one folder: the SDK's own one, or the function's with trimmed data."""
    made = Session() if data == WHOLE_DATA else create_session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    made.register_component("data_loader", loader)
    made.set_credentials("test", "test")
    return made


class Wire:
    """A client that keeps its requests and returns a given response."""

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
    """A response body as urllib3 returns it."""

    def stream(self, **_: Any) -> list[bytes]:
        return [self.read()]


def _error(code: str) -> bytes:
    """Return an error as JSON-RPC services send it; REST services send its code in a header."""
    return json.dumps({"__type": f"com.amazonaws#{code}", "Message": "No."}).encode()


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the artifact without bytecode and with the wheels of this machine."""
    folder = tmp_path_factory.mktemp("artifact")
    for name in re.findall(r"^([a-z0-9-]+)==", (ROOT / "src/requirements.txt").read_text(), re.MULTILINE):
        for file in _files(name):
            if file.suffix != ".pyc" and ".." not in file.parts:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), folder / file)
    shutil.copytree(ROOT / "src/deflection", folder / "deflection", ignore=shutil.ignore_patterns("__pycache__"))
    artifact.prune(folder)
    artifact.cut_sdk(folder / "botocore/data")
    artifact.cut_roots(folder / "botocore/cacert.pem")
    return folder


def _files(package: str) -> list[Any]:
    try:
        return files(package) or []
    except PackageNotFoundError:  # another Python version needs it
        return []


@pytest.fixture(scope="module")
def cut_data(packages: Path) -> Path:
    return packages / "botocore/data"


def sample(shape: Any, depth: int = 0) -> Any:
    """Return a value with every member of a shape."""
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


@pytest.mark.parametrize("service", CLIENTS)
def test_artifact_keeps_exactly_the_operations_that_are_called(service: str) -> None:
    members = inspect.getmembers(CLIENTS[service], inspect.isfunction)

    assert set(map(xform_name, artifact.OPERATIONS[service])) == {name for name, _ in members if name[0] != "_"}


def test_function_keeps_the_sdk_event_handlers_of_the_services_that_it_calls() -> None:
    kept = [each for each in BUILTIN_HANDLERS if not each[0].split(".")[1:2] or each[0].split(".")[1] in SERVICES]

    assert set(artifact.OPERATIONS) == SERVICES
    assert all(len(each) == 2 for each in kept), "a handler has a position, which the function's session ignores"
    of_any_service = {event for event, *_ in BUILTIN_HANDLERS if event.split(".")[1:2] == ["*"]}
    assert all(event.startswith("docs.") for event in of_any_service)


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_trimmed_client_sends_the_same_bytes_as_the_full_client(service: str, operation: str, cut_data: Path) -> None:
    whole, cut = Wire(WHOLE_DATA, service), Wire(cut_data, service)
    request = sample(whole.client.meta.service_model.operation_model(operation).input_shape)

    for wire in (whole, cut):
        wire.call(operation, request)

    assert cut.requests == whole.requests
    assert len(cut.requests) == 1


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_trimmed_client_parses_every_response_like_the_full_client(
    service: str, operation: str, cut_data: Path
) -> None:
    whole, cut = Wire(WHOLE_DATA, service), Wire(cut_data, service)
    model = whole.client.meta.service_model.operation_model(operation)
    request = sample(model.input_shape)
    codes = [shape.error_code for shape in model.error_shapes]
    told = json.dumps(sample(model.output_shape), default=_base64).encode() if model.output_shape else b"{}"

    for answer in [
        (200, {"x-amzn-requestid": "1"}, told),
        *((400, {"x-amzn-errortype": code}, _error(code)) for code in (*codes, "Unheard")),
    ]:
        whole.answer = cut.answer = answer
        assert cut.call(operation, request) == whole.call(operation, request)


@pytest.mark.parametrize("service", artifact.OPERATIONS)
def test_trimmed_client_resolves_the_endpoint_of_every_region(service: str, cut_data: Path) -> None:
    def endpoints(data: Path) -> list[tuple[str, str]]:
        made = session(data)
        clients = [made.create_client(service, region) for region in REGIONS]
        return [(client.meta.endpoint_url, client.meta.partition) for client in clients]

    assert endpoints(cut_data) == endpoints(WHOLE_DATA)


def root_names(bundle: Path) -> set[str]:
    """Return the common names of a bundle's root certificates, as OpenSSL reads it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(bundle)
    roots: list[Any] = context.get_ca_certs()
    return {value for root in roots for ((name, value),) in root["subject"] if name == "commonName"}


def test_artifact_keeps_the_root_certificates_of_aws_endpoints(packages: Path) -> None:
    kept = root_names(packages / "botocore/cacert.pem")

    assert kept >= {f"Amazon Root CA {number}" for number in range(1, 5)}
    assert "Starfield Services Root Certificate Authority - G2" in kept
    assert kept >= {"DigiCert Global Root CA", "DigiCert Global Root G2", "DigiCert High Assurance EV Root CA"}
    assert len(kept) < WHOLE_BUNDLE.read_text().count("BEGIN CERTIFICATE") / 4


ALL_EVENTS = """
import json, sys
from datetime import UTC, datetime
from deflection import handler

class Context:
    function_name = invoked_function_arn = aws_request_id = "f"
    memory_limit_in_mb = 1

    def get_remaining_time_in_millis(self):
        return 9000

for event in json.load(sys.stdin):
    try:
        answer = handler.lambda_handler(event, Context())
    except handler.DeflectionError as error:
        answer = {"Status": type(error).__name__}
    print("answer:" + json.dumps([answer.get("Status"), answer.get("Reason"), answer.get("batchItemFailures")]))
"""
ALL_RULES = {
    "SWITCH_PARAMETER": "/deflection/switch",
    "MESSAGES_PARAMETER": "/deflection/messages",
    "ROUTES_PARAMETER": "/deflection/routes",
    "OPT_OUT_LIST_NAME": "Default",
    "CARRIER_LOOKUP": "true",
    "REPEAT_WINDOW_MINUTES": "60",
    "TABLE_NAME": "deflections",
    "QUIET_HOURS": QUIET_NOW,
    "CONTACT_EVENT_TRIGGER": "ABANDONED",
    "CONSENT_ATTRIBUTE": "smsConsent",
    "QUEUE_SENDS_PER_SECOND": "1000",
}


@pytest.fixture
def all_rules(simulator: Simulator) -> dict[str, str]:
    """Return an environment that turns every rule on, with the resources that the rules need."""

    def service(name: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(name, endpoint_url=simulator.url, region_name=demo.REGION, **keys)

    key = {"AttributeName": "id"}
    service("dynamodb").create_table(
        TableName="deflections",
        KeySchema=[key | {"KeyType": "HASH"}],
        AttributeDefinitions=[key | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, value in {"switch": "on", "messages": '{"default": "Hello"}', "routes": "[]"}.items():
        service("ssm").put_parameter(Name=f"/deflection/{name}", Value=value, Type="String")
    urls = [service("sqs").create_queue(QueueName=name)["QueueUrl"] for name in ("deflections", "dead-letters")]
    queues = dict(zip(("QUEUE_URL", "DEAD_LETTER_QUEUE_URL"), urls, strict=True))
    return demo.CREDENTIALS | demo.ENVIRONMENT | ALL_RULES | queues | {"AWS_ENDPOINT_URL": simulator.url}


def answers(packages: Path, environment: dict[str, str], events: list[Any]) -> list[Any]:
    """Return the responses of the artifact, run in a process that can import nothing else."""
    run = subprocess.run(
        [sys.executable, "-S", "-W", "error", "-c", ALL_EVENTS],
        input=json.dumps(events),
        env=environment
        | {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1", "LAMBDA_TASK_ROOT": "/var/task"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line[7:]) for line in run.stdout.splitlines() if line.startswith("answer:")]


def test_artifact_handles_every_sample_event(packages: Path, all_rules: dict[str, str], simulator: Simulator) -> None:
    """Run with all rules on, then with an unreachable endpoint."""
    simulator.world.put_contact(described())
    agreed = {"smsConsent": "yes"}
    call, other_call = (json.loads((EVENTS / "flow_voice.json").read_text()) for _ in range(2))
    call["Details"]["ContactData"]["Attributes"] = other_call["Details"]["ContactData"]["Attributes"] = agreed
    other_call["Details"]["ContactData"]["InitialContactId"] = "another"
    now = {"time": datetime.now(UTC).isoformat()}
    abandoned = json.loads((EVENTS / "contact_event_abandoned.json").read_text()) | now
    others = [json.loads(path.read_text()) for path in sorted(EVENTS.glob("*.json"))]

    patient = all_rules | {"FLOW_TIME_LIMIT_SECONDS": "8"}  # for machines that are slow to load it
    told = answers(packages, patient, [call, other_call, abandoned, *others])

    assert told[:3] == [
        ["STARTED", "", None],
        ["DECLINED", "RECENTLY_DEFLECTED", None],
        ["DECLINED", "QUIET_HOURS", None],
    ]
    assert len(told) == 3 + len(others)
    simulator.faults.add(Fault("StartOutboundChatContact", "throttling", times=None))
    assert answers(packages, patient | {"REPEAT_WINDOW_MINUTES": ""}, [call]) == [["DEFERRED", "THROTTLED", None]]
    nowhere = answers(packages, all_rules | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, [call])
    assert nowhere == [["FAILED", "CHECK_UNAVAILABLE", None]]


def test_prune_keeps_code_and_licenses_only(tmp_path: Path) -> None:
    for name in ("a/b.py", "a/b.pyi", "a/py.typed", "a/tests/t.py", "a-1.dist-info/METADATA", "bin/a", "boto3/data/x",
                 "a-1.dist-info/licenses/LICENSE.txt", "b-2.dist-info/NOTICE"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    artifact.prune(tmp_path)

    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(left) == ["a/b.py", "licenses/a-1/LICENSE.txt", "licenses/b-2/NOTICE"]


def test_bytecode_has_lambda_paths_and_unchecked_hashes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.py").write_text("raise ValueError\n")

    artifact.compile_ahead(tmp_path)

    (compiled,) = tmp_path.rglob("*.pyc")
    code = SourcelessFileLoader("b", str(compiled)).get_code("b")
    assert int.from_bytes(compiled.read_bytes()[4:8], "little") == UNCHECKED_HASH
    assert code
    assert code.co_filename == "/var/task/a/b.py"


def test_module_that_cannot_be_compiled_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("raise (\n")

    with pytest.raises(SystemExit, match="could not be compiled"):
        artifact.compile_ahead(tmp_path)


def test_trimmed_model_has_only_what_its_operations_need() -> None:
    model = {
        "metadata": {"apiVersion": "1"},
        "operations": {"Start": {"input": {"shape": "Order"}}, "Stop": {"input": {"shape": "End"}}},
        "shapes": {
            "Order": {"type": "structure", "members": {"Parts": {"shape": "Parts"}, "Again": {"shape": "Order"}}},
            "Parts": {"type": "list", "member": {"shape": "Part"}},
            "Part": {"type": "string"},
            "End": {"type": "string"},
        },
    }

    cut = artifact.cut_model(model, ["Start"])

    assert cut["metadata"] == model["metadata"]
    assert list(cut["operations"]) == ["Start"]
    assert list(cut["shapes"]) == ["Order", "Part", "Parts"]


def test_each_architecture_of_the_template_has_wheels() -> None:
    template = cfn_yaml.load(str(ROOT / "template.yaml"))
    architectures = template["Parameters"]["Architecture"]["AllowedValues"]
    folders = {path.parent.name: path.read_text().split() for path in (ROOT / "src/architectures").glob("*/wheels")}

    assert set(folders) == set(architectures)
    for architecture, platforms in folders.items():
        machine = {"arm64": "aarch64"}.get(architecture, architecture)
        assert platforms
        assert all(platform.startswith("manylinux") and platform.endswith(machine) for platform in platforms)


def test_root_certificates_of_the_operator_replace_those_of_the_artifact(
    packages: Path, simulator: Simulator, tmp_path: Path
) -> None:
    call = json.loads((EVENTS / "flow_voice.json").read_text())
    root = tmp_path / "root.pem"
    with tls_proxy(root, simulator.url) as url:
        environment = demo.CREDENTIALS | demo.ENVIRONMENT | {"AWS_ENDPOINT_URL": url}
        environment["FLOW_TIME_LIMIT_SECONDS"] = "8"  # for machines that are slow to load it

        assert answers(packages, environment, [call]) == [["FAILED", "SERVICE_UNAVAILABLE", None]]
        assert answers(packages, environment | {"AWS_CA_BUNDLE": str(root)}, [call]) == [["STARTED", "", None]]
