"""Find the resources that are given by name, and ask for the values that are missing."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deflection_ops.aws import AwsApi
from deflection_ops.deploy_inputs.choices import Choice, list_instances, list_numbers, list_queues
from deflection_ops.deploy_inputs.languages import propose_language
from deflection_ops.deploy_inputs.plan import first_subtype, has_flows
from deflection_ops.deploy_inputs.values import (
    COUNTRY,
    INSTANCE,
    LANGUAGE,
    NUMBER,
    QUEUE,
    RejectedValueError,
    Variable,
    check_country,
    reject,
)
from deflection_ops.errors import NotFoundError
from deflection_ops.terminal import Terminal

NONE_TO_CHOOSE = {
    INSTANCE: "Give the REGION= and PROFILE= of the instance, or create one in Amazon Connect.",
    NUMBER: (
        "Request an SMS number in AWS End User Messaging and import it into Amazon Connect; a voice number cannot send "
        "SMS messages."
    ),
    QUEUE: "Create a queue in Amazon Connect.",
}
TITLES = {
    INSTANCE: "The Amazon Connect instance:",
    NUMBER: "The phone number that sends the messages; voice numbers are not listed:",
    QUEUE: "The queue of the calls and the SMS contacts:",
}


@dataclass(frozen=True)
class Completion:
    """
    The values that are known, and where to find the others.

    Attributes:
        aws: Where to list the resources.
        terminal: Who chooses.
        languages: The languages of the flows.
        known: The template parameters that are given or that the stack has; resources may be given by name.
    """

    aws: AwsApi
    terminal: Terminal
    languages: Sequence[str]
    known: Mapping[str, str]

    @property
    def missing(self) -> list[Variable]:
        """The required values that are not known; a language is always proposed."""
        required = (INSTANCE, NUMBER, *((QUEUE, COUNTRY) if has_flows(self.known) else ()))
        return [variable for variable in required if not self.known.get(variable.parameter)]

    def complete(self) -> dict[str, str]:
        """
        Return all template parameters that are not the template's defaults, with ARNs for names.

        Raises:
            RejectedValueError: A resource of this name does not exist, or the account has nothing to choose from.
            AwsError: AWS did not answer.
            EOFError: The input ended before an answer.
        """
        is_asking_country = COUNTRY in self.missing
        values = dict(self.known)
        instance = values[INSTANCE.parameter] = self._find_instance()
        subtype = first_subtype(self.known)
        values[NUMBER.parameter] = self._find(NUMBER, lambda: list_numbers(self.aws, instance, subtype))
        if values.get(QUEUE.parameter) or QUEUE in self.missing:
            values[QUEUE.parameter] = self._find(QUEUE, lambda: list_queues(self.aws, instance))
        if is_asking_country:
            values[COUNTRY.parameter] = self._ask_country(values[NUMBER.parameter])
        if not values.get(LANGUAGE.parameter):
            language = propose_language(values.get(COUNTRY.parameter, ""), self.languages)
            values[LANGUAGE.parameter] = self._ask_language(language) if is_asking_country else language
        return values

    def _find_instance(self) -> str:
        """Return the ARN of an instance that exists; the lists of numbers and queues need one."""
        arn = self._find(INSTANCE, lambda: list_instances(self.aws))
        try:
            self.aws.read("connect", "describe_instance", InstanceId=arn.rpartition("/")[2])
        except NotFoundError:
            return _find_by_name(INSTANCE, arn, list_instances(self.aws))
        return arn

    def _find(self, variable: Variable, choices: Callable[[], list[Choice]]) -> str:
        value = self.known.get(variable.parameter, "")
        if value.startswith("arn:"):
            return value
        return _find_by_name(variable, value, choices()) if value else self._choose(variable, choices())

    def _choose(self, variable: Variable, choices: list[Choice]) -> str:
        usable = [choice for choice in choices if choice.is_usable]
        if not usable:
            sentence = f"There is nothing to choose for {variable.name}: it must be {variable.meaning}."
            raise reject(variable.name, "NONE_TO_CHOOSE", sentence, NONE_TO_CHOOSE[variable])
        labels = [choice.label for choice in usable]
        return usable[self.terminal.choose(TITLES[variable], labels, 0 if len(usable) == 1 else None)].arn

    def _ask_country(self, number_arn: str) -> str:
        """Ask for the country until the answer is one; propose that of the phone number."""
        request = {"PhoneNumberId": number_arn.rpartition("/")[2]}
        number = self.aws.read("connect", "describe_phone_number", **request)["ClaimedPhoneNumberSummary"]
        default = str(number.get("PhoneNumberCountryCode", ""))
        suggestion = f" [{default}]" if default else ""
        sys.stderr.write("\nThe country of your callers: how to read a number without a leading +.\n")
        while True:
            answer = self.terminal.ask(f"Type its two letters{suggestion}") or default
            try:
                return check_country(answer)
            except RejectedValueError as error:
                sys.stderr.write(f"{error}\n")

    def _ask_language(self, proposed: str) -> str:
        title = "The language of the prompts and of the first message:"
        return self.languages[self.terminal.choose(title, self.languages, self.languages.index(proposed))]


def _find_by_name(variable: Variable, name: str, choices: list[Choice]) -> str:
    for choice in choices:
        if name in choice.names:
            return choice.arn
    known = "; ".join(choice.label for choice in choices if choice.is_usable) or "none"
    raise reject(
        variable.name,
        "VALUE_NOT_FOUND",
        f"{variable.name} must be {variable.meaning} (got {name}, which was not found).",
        f"Give one of these, or leave {variable.name}= out and choose from a list: {known}.",
    )
