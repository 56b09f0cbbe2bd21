"""Fills the names of the stack into the commands of a cure, so that they can be pasted."""

import re
from collections.abc import Callable, Mapping

from deflection.errors import InvalidSettingsError
from deflection_ops.aws import AwsError
from deflection_ops.deployment import Deployment

BLANK = re.compile(r"<([a-z-]+)>")


def filled(cure: str, deployment: Deployment) -> str:
    """The cure with each blank, such as `<function>`, filled in; a blank stays when its name is not known."""
    return BLANK.sub(lambda blank: _name(blank[1], deployment) or blank[0], cure)


def _name(blank: str, deployment: Deployment) -> str:
    try:
        return NAMES[blank](deployment)
    except (AwsError, InvalidSettingsError):
        return ""


def _version(deployment: Deployment) -> str:
    """The version that the last deployment has made; nothing while there are two of them."""
    arns = [each.id for each in deployment.resources.values() if each.type == "AWS::Lambda::Version"]
    return arns[0].rpartition(":")[2] if len(arns) == 1 else ""


def _statement(deployment: Deployment) -> str:
    """The statement's id by which CloudFormation knows the permission, so that it finds it again."""
    return _physical("ConnectMayInvoke", deployment).rpartition("|")[2]


def _physical(logical_id: str, deployment: Deployment) -> str:
    resource = deployment.resources.get(logical_id)
    return resource.id if resource else ""


NAMES: Mapping[str, Callable[[Deployment], str]] = {
    "account": lambda deployment: deployment.account,
    "alias-arn": lambda deployment: deployment.alias_arn,
    "function": lambda deployment: deployment.function,
    "instance-arn": lambda deployment: deployment.settings.instance_arn,
    "instance-id": lambda deployment: deployment.settings.instance_id,
    "queue-worker": lambda deployment: _physical("QueueWorker", deployment),
    "region": lambda deployment: deployment.aws.region,
    "statement-id": _statement,
    "version": _version,
}
"""What each blank stands for."""
