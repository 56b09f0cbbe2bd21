"""The Makefile names a variable that it does not have."""

import os
import re
import shutil
import subprocess

import pytest

from pages import MAKEFILE, ROOT

MAKE = shutil.which("make") or "make"
DOCTOR = "deflection_ops.doctor"


def dry_run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Return the exit status of `make -n`, the commands that it would run, and what it says on stderr."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = [MAKE, "-n", "--assume-old=.venv/ready", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=variables | environment, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("arguments", "named", "suggested"),
    [
        (("deploy", "INSTANC=x"), "INSTANC", "INSTANCE"),
        (("deploy", "COUNTRY=US", "instance=x"), "instance", "INSTANCE"),
        (("smoke", "STACK=sms", "ZZZZ=x"), "ZZZZ", None),
        (("unit", "NUMBR:=a b"), "NUMBR", "NUMBER"),
    ],
)
def test_unknown_variable_is_refused_with_the_nearest_name(
    arguments: tuple[str, ...], named: str, suggested: str | None
) -> None:
    status, out, err = dry_run(*arguments)

    assert named in err
    assert (f"{suggested}=" in err) if suggested else ("?" not in err)
    assert (status, out) == (2, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("STACK=sms",),
        ("STACK=a b", "ARGS=--json X=1"),
        ("STACK=sms", "PARAMETERS=AlarmTarget=you@example.com QuietHours=21:00-08:00", "PROFILE=back\\", "REGION=$(x)"),
        ("STACK=sms", "AWS_PROFILE=ours", "PIP_INDEX_URL=https://example.com/simple"),
    ],
)
def test_known_variable_is_taken(arguments: tuple[str, ...]) -> None:
    status, out, err = dry_run("doctor", *arguments)

    assert DOCTOR in out
    assert (status, err) == (0, "")


def test_variables_of_the_environment_are_not_those_of_make() -> None:
    assert DOCTOR in dry_run("doctor", "STACK=sms", INSTANC="x")[1]


def test_variables_of_another_makefile_are_not_those_of_this_one() -> None:
    assert DOCTOR in dry_run("doctor", "STACK=sms", "V=1", MAKELEVEL="1")[1]


def test_settings_are_variables_of_a_run() -> None:
    assert "run_events" in dry_run("run", "SWITCH_PARAMETER=/texts/switch", "SWITCH=off")[1]


def test_dry_run_of_deploy_runs_nothing() -> None:
    status, out, err = dry_run("deploy", "STACK=x")

    assert "deflection_ops.deploy" in out
    assert "--build" in out
    assert (status, err) == (0, "")


def test_every_variable_of_the_makefile_is_known() -> None:
    commands = re.findall(r"^[a-z-]+:.*## (.*)$", MAKEFILE, re.MULTILINE)
    named = {name for line in commands for name in re.findall(r"\b([A-Z]+)=", line)}
    defined = set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE))
    exported = {name for line in re.findall(r"^export ([A-Z ]+)$", MAKEFILE, re.MULTILINE) for name in line.split()}

    assert dry_run("help", *(f"{name}=x" for name in sorted(named | defined | exported)))[0] == 0
    assert {"STACK", "SAM", "CONFIRM"} <= named | defined | exported
