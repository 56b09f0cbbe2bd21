"""The deployment that the values describe, as the checks of the doctor read it."""

from collections.abc import Mapping
from functools import cached_property

from deflection_ops.aws import AwsApi
from deflection_ops.deploy_inputs.values import INSTANCE, NUMBER
from deflection_ops.deployed_stack import FLOW_TYPE, Resource
from deflection_ops.deployment import Deployment

NO_FLOW_YET = "00000000-0000-0000-0000-000000000000"
"""The settings need a flow for the SMS contact, which the deployment creates."""


class PlannedDeployment(Deployment):
    """A stack as it will be with these template parameters."""

    def __init__(self, aws: AwsApi, name: str, parameters: Mapping[str, str]) -> None:
        super().__init__(aws, name)
        self._planned = parameters

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The values of the template parameters that are not the template's defaults."""
        return self._planned

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """One flow, when the stack deploys flows."""
        return {"VoiceFlow": Resource(FLOW_TYPE, NO_FLOW_YET)} if has_flows(self._planned) else {}

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings that the checks read."""
        return {
            "INSTANCE_ARN": self._planned[INSTANCE.parameter],
            "SOURCE_PHONE_NUMBER_ARN": self._planned[NUMBER.parameter],
            "CONTACT_FLOW_ID": NO_FLOW_YET,
            "SUBTYPES": first_subtype(self._planned),
        }


def has_flows(parameters: Mapping[str, str]) -> bool:
    """Return whether the stack deploys flows, which need a queue and a country."""
    return parameters.get("DeployFlows", "true") != "false"


def first_subtype(parameters: Mapping[str, str]) -> str:
    """Return the subtype that is tried first; the routes may have other numbers for the second one."""
    return parameters.get("Subtypes", "connect:SMS").partition(",")[0]
