"""What SAM knows of a deployment, and the command that deploys."""

from pathlib import Path

import pytest

from deflection_ops import sam

CONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "texts"
region = "eu-west-2"
[default.deploy.parameters]
profile = "ours"
parameter_overrides = "AlarmTarget=\\"you@example.com\\" DisplayName=\\"Jane Doe\\""
[arm64.global.parameters]
parameter_overrides = ["Architecture=arm64", "QuietHours=21:00-08:00"]
"""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (
            "default",
            sam.SamConfig("texts", "eu-west-2", "ours", {"AlarmTarget": "you@example.com", "DisplayName": "Jane Doe"}),
        ),
        (
            "arm64",
            sam.SamConfig("connect-sms-deflection", "", "", {"Architecture": "arm64", "QuietHours": "21:00-08:00"}),
        ),
    ],
)
def test_environment_is_read_as_sam_reads_it(environment: str, expected: sam.SamConfig, tmp_path: Path) -> None:
    path = tmp_path / "samconfig.toml"
    path.write_text(CONFIG)

    assert sam.read_config(path, environment) == expected


@pytest.mark.parametrize("text", ["AlarmTarget", 'AlarmTarget="you@example.com'])
def test_parameter_without_a_value_or_a_closing_quote_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sam.parse_parameters(text)


def test_value_with_spaces_and_quotes_is_quoted_for_sam() -> None:
    command = sam.deploy_command(
        {"--profile": "", "--region": "us-east-1"}, {"A": 'say "hi"', "B": ""}, is_confirming=True
    )

    assert command[:4] == ["deploy", "--region", "us-east-1", "--confirm-changeset"]
    assert command[-2:] == ['A="say \\"hi\\""', 'B=""']


def test_command_without_parameters_leaves_those_of_the_stack() -> None:
    assert sam.deploy_command({}, {}, is_confirming=False) == [
        "deploy",
        "--no-confirm-changeset",
        "--no-fail-on-empty-changeset",
    ]
