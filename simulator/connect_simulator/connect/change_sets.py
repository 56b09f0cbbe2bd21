"""Correct what moto gets wrong about change sets, so that `sam deploy` works with the simulator."""

from urllib.parse import urlsplit

from moto.cloudformation import models, responses
from moto.cloudformation.models import ChangeSet
from moto.cloudformation.parsing import OutputMap
from moto.cloudformation.utils import get_stack_from_s3_url

_apply = ChangeSet.apply


def correct_change_sets() -> None:
    """Let moto find a template at any address of the simulator, and give a stack the outputs of its change set."""
    for module in (models, responses):
        setattr(module, get_stack_from_s3_url.__name__, _read_template)
    setattr(ChangeSet, _apply.__name__, _apply_with_outputs)


def _read_template(template_url: str, account_id: str, partition: str) -> str:
    """Read a template from S3; moto takes the bucket from the host's name unless that is localhost."""
    url = urlsplit(template_url)
    is_aws = str(url.hostname).endswith("amazonaws.com")
    return str(get_stack_from_s3_url(template_url if is_aws else f"//localhost{url.path}", account_id, partition))


def _apply_with_outputs(self: ChangeSet) -> None:
    """Apply the change set; moto keeps the outputs that the stack had before."""
    _apply(self)
    self.stack.output_map = OutputMap(self.stack.resource_map, self.template_dict, self.stack_id)
