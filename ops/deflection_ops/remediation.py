"""Fill the stack's names into the commands of a cure, so that the user can paste them."""

import re
from collections.abc import Callable, Mapping

from deflection.errors import InvalidSettingsError
from deflection_ops.deployment import Deployment
from deflection_ops.errors import AwsError

PLACEHOLDER = re.compile(r"<([a-z-]+)>")


def fill_placeholders(cure: str, deployment: Deployment) -> str:
    """Replace each placeholder such as `<function>`; leave it when its value is not known."""
    return PLACEHOLDER.sub(lambda match: _value(match[1], deployment) or match[0], cure)


def _value(placeholder: str, deployment: Deployment) -> str:
    try:
        return VALUES[placeholder](deployment)
    except (AwsError, InvalidSettingsError):
        return ""


def _version(deployment: Deployment) -> str:
    """Return the version of the last deployment; empty while the stack has two versions."""
    arns = [each.id for each in deployment.resources.values() if each.type == "AWS::Lambda::Version"]
    return arns[0].rpartition(":")[2] if len(arns) == 1 else ""


def _statement_id(deployment: Deployment) -> str:
    """Return the permission's statement id that CloudFormation expects."""
    return _physical_id("ConnectMayInvoke", deployment).rpartition("|")[2]


def _physical_id(logical_id: str, deployment: Deployment) -> str:
    resource = deployment.resources.get(logical_id)
    return resource.id if resource else ""


VALUES: Mapping[str, Callable[[Deployment], str]] = {
    "account": lambda deployment: deployment.account,
    "alias-arn": lambda deployment: deployment.alias_arn,
    "function": lambda deployment: deployment.function,
    "instance-arn": lambda deployment: deployment.settings.instance_arn,
    "instance-id": lambda deployment: deployment.settings.instance_id,
    "queue-worker": lambda deployment: _physical_id("QueueWorker", deployment),
    "region": lambda deployment: deployment.aws.region,
    "stack": lambda deployment: deployment.name,
    "statement-id": _statement_id,
    "version": _version,
}
"""The value of each placeholder."""
