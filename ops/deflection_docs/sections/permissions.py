"""The permissions of the function's role, of those that may invoke it, and of the people who run a command."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from deflection_docs.section import Row, Section, Table
from deflection_docs.template import NO_VALUE, Template, as_text
from deflection_ops.permissions import COMMANDS


def permissions(template: Template) -> Section:
    """Return the statements of the role's policy, the permissions to invoke the function, and those of the commands."""
    role = Table(
        ("Statement", "Actions", "Resources", "Depends on"),
        tuple(_statements(template)),
        "The function's role",
    )
    invoke = Table(
        ("Permission", "Principal", "Action"),
        tuple(
            Row(name, (f"`{each['Properties']['Principal']}`", f"`{each['Properties']['Action']}`"))
            for name, each in template.resources_of("AWS::Lambda::Permission").items()
        ),
        "Permissions to invoke the function",
    )
    commands = Table(
        ("Command", "Statement of an IAM policy"),
        tuple(Row(name, (_code(_allow(actions)),)) for name, actions in COMMANDS.items()),
        "Your own credentials",
    )
    return Section(
        "Permissions",
        "permission",
        "SAM adds permissions to the function's role: to write the log and traces, and to send to the failure "
        "destination. To deploy, SAM also needs the permissions to create the resources of the template.",
        (role, invoke, commands),
        linked=False,
    )


def _allow(actions: Iterable[str]) -> str:
    return json.dumps({"Effect": "Allow", "Action": list(actions), "Resource": "*"})


def _statements(template: Template) -> Iterator[Row]:
    for policy in template.function["Policies"]:
        for statement in policy["Statement"]:
            condition, granted = statement["Fn::If"][:2] if "Fn::If" in statement else (None, statement)
            actions, resources = _code(granted["Action"]), _code(_resources(granted["Resource"]))
            yield Row(granted["Sid"], (actions, resources, template.when(condition)))


def _resources(resource: Any) -> list[str]:
    """Return the resources of a statement; a list that CloudFormation splits from one text is split here."""
    match resource:
        case {"Fn::Split": [separator, text]}:
            return as_text(text).split(separator)
        case list():
            return [as_text(each) for each in resource if each != NO_VALUE]
        case _:
            return [as_text(resource)]


def _code(texts: str | list[str]) -> str:
    return ", ".join(f"`{text}`" for text in ([texts] if isinstance(texts, str) else texts))
