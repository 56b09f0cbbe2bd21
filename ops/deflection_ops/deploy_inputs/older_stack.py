"""Translate the template parameters of a stack that an older template deployed."""

from collections.abc import Mapping

from deflection_ops.deploy_inputs.values import NUMBER

RENAMED = {
    "SourcePhoneNumberArn": NUMBER.parameter,
    "MoreSourcePhoneNumberArns": "MoreConnectPhoneNumberArns",
    "CountAnswers": "CountOutcomes",
    "AlarmTopicArn": "AlarmTarget",
    "AlarmEmail": "AlarmTarget",
}
"""Former names, whose values mean the same under the new name."""


def translate(previous: Mapping[str, str]) -> dict[str, str]:
    """
    Return the parameters of this template that keep what an older stack was deployed with.

    Source: the tables of gone parameters in CHANGELOG.md.
    """
    translated = {new: previous[old] for old, new in RENAMED.items() if previous.get(old)}
    if previous.get("AllowMessageTemplates") == "false":
        translated["KnowledgeBaseId"] = ""
    if (previous.get("ConsentFromContactOnly"), previous.get("AcceptDeflectionRequests")) == ("true", "true"):
        translated["AcceptDeflectionRequests"] = "contact-consent"
    return translated
