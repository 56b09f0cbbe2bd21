"""Read the configuration of SAM, and build the command that deploys."""

import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT_STACK = "connect-sms-deflection"


@dataclass(frozen=True)
class SamConfig:
    """
    An environment of samconfig.toml.

    Attributes:
        stack: The name of the stack.
        region: The Region; empty when the file has none.
        profile: The profile; empty when the file has none.
        parameters: The template parameters.
    """

    stack: str
    region: str
    profile: str
    parameters: Mapping[str, str]


def read_config(path: Path, environment: str) -> SamConfig:
    """
    Return an environment of samconfig.toml, as `sam deploy --config-env` reads it.

    Raises:
        KeyError: The file does not have this environment.
        ValueError: A template parameter is not written as Name=value.
    """
    commands = tomllib.loads(path.read_text("utf-8"))[environment]
    found: dict[str, Any] = {}
    for command in ("global", "deploy"):
        found |= commands.get(command, {}).get("parameters", {})
    overrides = found.get("parameter_overrides", "")
    return SamConfig(
        found.get("stack_name", DEFAULT_STACK),
        found.get("region", ""),
        found.get("profile", ""),
        parse_parameters(overrides if isinstance(overrides, str) else " ".join(overrides)),
    )


def parse_parameters(text: str) -> dict[str, str]:
    """
    Parse template parameters such as `AlarmTarget=you@example.com InitialMessage="Just reply."`.

    Raises:
        ValueError: A part lacks an equals sign, or a quote is not closed.
    """
    return dict(part.split("=", 1) for part in shlex.split(text))


def read_parameter_names(template: Path) -> list[str]:
    """Return the names of the template's parameters; the template's YAML has tags that only SAM knows."""
    section = re.split(r"^(?=\w)", template.read_text("utf-8"), flags=re.MULTILINE)
    [parameters] = [part for part in section if part.startswith("Parameters:")]
    return re.findall(r"^  (\w+):$", parameters, flags=re.MULTILINE)


def deploy_command(options: Mapping[str, str], parameters: Mapping[str, str], *, is_confirming: bool) -> Sequence[str]:
    """Return the arguments of `sam`: deploy with these options and parameters, or report that nothing changes."""
    given = [argument for name, value in options.items() if value for argument in (name, value)]
    confirm = "--confirm-changeset" if is_confirming else "--no-confirm-changeset"
    overrides = [f"{name}={_quote(value)}" for name, value in parameters.items()]
    return [
        "deploy",
        *given,
        confirm,
        "--no-fail-on-empty-changeset",
        *(["--parameter-overrides", *overrides] if overrides else []),
    ]


def _quote(value: str) -> str:
    """Quote a value as SAM parses it: within double quotes, only these are escaped."""
    escaped = value.replace('"', '\\"')
    return f'"{escaped}"'
