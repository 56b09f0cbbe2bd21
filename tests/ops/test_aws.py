import json
import socket
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from connect_simulator import Fault, Simulator, demo
from deflection_ops import aws, doctor
from deflection_ops.aws import AwsClient, translate_error
from deflection_ops.errors import (
    AwsError,
    InvocationThrottledError,
    LostAnswerError,
    NotFoundError,
    PermissionMissingError,
    SetupError,
)
from ops.conftest import Deploy
from ops.stack import STACK


@pytest.fixture(autouse=True)
def _no_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own profiles out of the tests."""
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def unused_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("given", "environment", "region"),
    [
        (None, {"AWS_REGION": "eu-west-2"}, "eu-west-2"),
        (None, {"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        (None, {"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "us-east-1"}, "eu-west-2"),
        ("us-west-2", {"AWS_REGION": "eu-west-2"}, "us-west-2"),
        ("", {"AWS_REGION": "eu-west-2"}, "eu-west-2"),
    ],
)
def test_region_is_chosen_as_the_aws_cli_does(
    given: str | None, environment: dict[str, str], region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert AwsClient(given).region == region


def test_missing_region_is_reported_with_how_to_set_it(capsys: pytest.CaptureFixture[str]) -> None:
    status = doctor.main(["--stack", STACK])

    assert "REGION=" in capsys.readouterr().err
    assert status == 2


@pytest.mark.usefixtures("credentials")
def test_unknown_region_without_a_connection_is_asked_for_its_spelling(
    unused_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused_port}")

    status = doctor.main(["--stack", STACK, "--region", "us-esat-1"])

    out, err = capsys.readouterr()
    assert out == ""
    assert "us-esat-1" in err
    assert "spelled" in err
    assert status == 2


@pytest.mark.usefixtures("credentials")
def test_known_region_without_a_connection_is_not_blamed(unused_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{unused_port}")

    with pytest.raises(LostAnswerError):
        AwsClient("us-gov-west-1").call("sts", "get_caller_identity")


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    "url", ["localhost:5005", "127.0.0.1", "http://", "http://[::1", "http://127.0.0.1:port", "ftp://127.0.0.1"]
)
def test_invalid_endpoint_url_is_reported_in_two_lines(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)

    status = doctor.main(["--stack", STACK, "--region", "us-east-1"])

    out, err = capsys.readouterr()
    assert out == ""
    assert "AWS_ENDPOINT_URL" in err
    assert len(err.splitlines()) == 2
    assert status == 2


def test_missing_profile_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    status = doctor.main(["--stack", STACK, "--profile", "none"])

    assert "none" in capsys.readouterr().err
    assert status == 2


def test_missing_credentials_end_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    status = doctor.main(["--stack", STACK, "--region", "us-east-1"])

    assert "aws configure list-profiles" in capsys.readouterr().err
    assert status == 2


CONFIG_FILE = """
[profile login]
login_session = arn:aws:iam::111122223333:user/somebody
[profile nowhere]
role_arn = arn:aws:iam::111122223333:role/somebody
source_profile = nope
[profile source]
role_arn = arn:aws:iam::111122223333:role/somebody
credential_source = Nope
[profile region]
region = us east
aws_access_key_id = one
aws_secret_access_key = two
[profile web]
role_arn = arn:aws:iam::111122223333:role/somebody
web_identity_token_file = no-such-file
"""


@pytest.mark.parametrize(
    ("profile", "value"),
    [
        ("login", "aws configure export-credentials --profile login"),
        ("nowhere", "nope"),
        ("source", "Nope"),
        ("region", "us east"),
        ("web", "no-such-file"),
    ],
)
@pytest.mark.parametrize("ending", [[], ["--json"]])
def test_broken_profile_is_reported_with_the_value_that_is_wrong(
    profile: str,
    value: str,
    ending: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "config").write_text(CONFIG_FILE)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    region = [] if profile == "region" else ["--region", "us-east-1"]

    status = doctor.main(["--stack", STACK, "--profile", profile, *region, *ending])

    out, err = capsys.readouterr()
    assert value in (json.loads(out)["error"] if ending else err)
    assert (err if ending else out) == ""
    assert status == 2


def test_read_asks_the_same_question_once(deploy: Deploy) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("ListStacks", "access_denied", after=1, times=None))
    client = AwsClient()

    first, second = (client.read("cloudformation", "list_stacks") for _ in range(2))

    assert first is second


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("InvalidRequestException", 400, AwsError),
        ("InternalServiceException", 500, LostAnswerError),
        ("TooManyRequestsException", 429, InvocationThrottledError),
        ("AccessDeniedException", 403, PermissionMissingError),
        ("ExpiredTokenException", 400, SetupError),
        ("ResourceNotFoundException", 404, NotFoundError),
    ],
)
def test_error_of_a_service_is_translated_without_its_text(code: str, status: int, kind: type[AwsError]) -> None:
    answer: Any = {
        "Error": {"Code": code, "Message": "+14255550142 is invalid"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }

    error = translate_error("lambda", ClientError(answer, "Invoke"))

    assert type(error) is kind
    assert "+14255550142" not in str(error)


def test_slow_invocation_is_a_lost_answer_and_never_repeated(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(aws, "ONCE", aws.ONCE.merge(Config(read_timeout=0.2)))
    simulator.functions[STACK] = lambda _event: {}
    simulator.faults.add(Fault("Invoke", "delay", seconds=2))  # a second try would succeed

    with pytest.raises(LostAnswerError):
        AwsClient().call("lambda", "invoke", FunctionName=STACK)
