"""The environment of a session's function: its variables, and AWS resources that no other session sees.

A session signs its calls of AWS with an access key id of its own, so that faults apply to this session only.
Its opt-out list, switch, queue and table have names of their own. A new story gets another key and other names, so that
nothing of the previous one is left, not even a message that arrives late.
"""

from dataclasses import replace
from typing import Final

from connect_simulator import demo
from connect_simulator.page.choices import Choices
from connect_simulator.page.stack import Stack
from connect_simulator.scenario.resources import create_resources
from connect_simulator.scenario.sdk_client import sdk_client
from connect_simulator.scenario.variables import DOCUMENTS
from connect_simulator.server import Simulator

SCENARIO_VARIABLES: Final[tuple[str, ...]] = (*DOCUMENTS, "SWITCH_PARAMETER", "TABLE_NAME")
FLOW_TIME_LIMITS: Final = tuple("12345678")


class SessionEnvironment:
    """The environment of one session."""

    def __init__(self, simulator: Simulator, stack: Stack, name: str) -> None:
        self._simulator = simulator
        self._stack = stack
        self._session = name
        self._story = 0
        self._stopped: set[str] = set()
        self._opted_out: set[str] = set()
        self.choices = Choices({}, {})

    @property
    def access_key(self) -> str:
        """The access key id of the current story: the session's name, with a number after the first story."""
        return f"{self._session}-{self._story}" if self._story else self._session

    def start_story(self) -> None:
        """Leave the faults and the AWS resources of the previous story behind."""
        self._simulator.faults.clear_for(self.access_key)
        self._stopped.clear()
        self._opted_out.clear()
        self._story += 1
        self.choices = Choices({}, {})

    def choose(self, choices: Choices) -> None:
        """Apply these choices from now on; the fault starts again from the beginning."""
        self.choices = choices
        if not choices.opted_out:
            self._stopped.clear()
            self._opted_out.clear()
        self._simulator.faults.clear_for(self.access_key)
        if choices.fault:
            self._simulator.faults.add(replace(choices.fault, access_key=self.access_key))

    def opt_out(self, number: str) -> None:
        """Opt out a number that sent STOP."""
        self._stopped.add(number)
        self._opted_out.add(number)
        self.choices = replace(self.choices, opted_out=True)

    def is_opted_out(self, number: str) -> bool:
        """Check whether a number is on the opt-out list."""
        return number in self._opted_out

    def variables(self) -> dict[str, str]:
        """Return the function's environment variables, without empty ones."""
        settings = {**self._stack.variables, **self.choices.settings}
        if self.choices.opted_out and settings["OPT_OUT_LIST_NAME"].strip():
            settings["OPT_OUT_LIST_NAME"] = self._opt_out_list
        if self.choices.is_switched_off:
            settings["SWITCH_PARAMETER"] = f"/texts/switch-{self.access_key}"
        if self.choices.has_queue:
            settings["QUEUE_URL"] = settings["QUEUE_URL"] or self.queue_url()
            settings["DEAD_LETTER_QUEUE_URL"] = settings["DEAD_LETTER_QUEUE_URL"] or self._queue_url("dead-letters")
        settings["TABLE_NAME"] = settings["TABLE_NAME"] or f"texts-{self.access_key}"
        aws = {**demo.CREDENTIALS, "AWS_ACCESS_KEY_ID": self.access_key, "AWS_ENDPOINT_URL": self._simulator.url}
        return {name: value for name, value in (settings | aws).items() if value.strip()}

    @property
    def flow_time_limit(self) -> float:
        """The seconds that the flow's block waits: FLOW_TIME_LIMIT_SECONDS if it is valid, else 3."""
        value = self.variables().get("FLOW_TIME_LIMIT_SECONDS", "").strip()
        return float(value) if value in FLOW_TIME_LIMITS else 3.0

    @property
    def has_delay(self) -> bool:
        """Whether AWS may handle a request after the function has stopped waiting for the response."""
        return self.choices.fault is not None and self.choices.fault.kind == "delay"

    def create_resources(self, number: str | None) -> None:
        """Create the AWS resources that the variables name, for a caller with this number.

        Raises:
            ScenarioError: A value is not valid.
        """
        variables = self.variables()
        scenario = {name: variables[name] for name in SCENARIO_VARIABLES if name in variables}
        if self.choices.is_switched_off:
            scenario["SWITCH"] = "off"
        create_resources(self._simulator, scenario)
        if self.choices.opted_out:
            self._opted_out = self._stopped | ({number} if number else set())
            now = self._simulator.world.clock()
            self._simulator.world.sms.opt_out_lists[self._opt_out_list] = dict.fromkeys(self._opted_out, now)

    @property
    def _opt_out_list(self) -> str:
        return f"opt-outs-{self.access_key}"

    def queue_url(self) -> str:
        """Create the session's queue if it does not exist, and return its URL."""
        return self._queue_url("deflections")

    def _queue_url(self, name: str) -> str:
        queue = sdk_client(self._simulator, "sqs").create_queue(QueueName=f"{name}-{self.access_key}")
        return str(queue["QueueUrl"])
