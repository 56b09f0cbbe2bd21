"""What is around the function in a session: its variables, and AWS as the visitor wants it; other sessions see nothing.

A session's calls of AWS are signed with its own access key id, by which faults are told apart; its opt-out list, its
switch and its queue have names of their own.
"""

from dataclasses import replace
from typing import Final

from connect_simulator import demo
from connect_simulator.page.choices import Choices
from connect_simulator.page.stack import Stack
from connect_simulator.scenario import resources
from connect_simulator.server.simulator import Simulator

STAGED: Final[tuple[str, ...]] = (*resources.DOCUMENTS, "SWITCH_PARAMETER", "TABLE_NAME")

BLOCK_LIMITS: Final = tuple("12345678")


class SessionEnvironment:
    """Those of one session."""

    def __init__(self, simulator: Simulator, stack: Stack, name: str) -> None:
        self._simulator = simulator
        self._stack = stack
        self._name = name
        self._stopped: set[str] = set()
        self._listed: set[str] = set()
        self.choices = Choices({}, {})

    def choose(self, choices: Choices) -> None:
        """From now on it is so; faults begin anew."""
        self.choices = choices
        if not choices.opted_out:
            self._stopped.clear()
            self._listed.clear()
        self._simulator.faults.disarm(self._name)
        if choices.fault:
            self._simulator.faults.add(replace(choices.fault, access_key=self._name))

    def stop(self, number: str) -> None:
        """This number has sent STOP."""
        self._stopped.add(number)
        self._listed.add(number)
        self.choices = replace(self.choices, opted_out=True)

    def has_stopped(self, number: str) -> bool:
        """Whether this number is on the opt-out list of the numbers that texts come from."""
        return number in self._listed

    def variables(self) -> dict[str, str]:
        """The function's environment, without what is empty."""
        settings = {**self._stack.variables, **self.choices.settings}
        if self.choices.opted_out and settings["OPT_OUT_LIST_NAME"].strip():
            settings["OPT_OUT_LIST_NAME"] = self._opt_out_list
        if self.choices.is_switched_off:
            settings["SWITCH_PARAMETER"] = f"/texts/switch-{self._name}"
        if self.choices.has_queue:
            settings["QUEUE_URL"] = settings["QUEUE_URL"] or self.queue_url()
        if settings["REPEAT_WINDOW_MINUTES"]:
            settings["TABLE_NAME"] = settings["TABLE_NAME"] or f"texts-{self._name}"
        aws = {**demo.CREDENTIALS, "AWS_ACCESS_KEY_ID": self._name, "AWS_ENDPOINT_URL": self._simulator.url}
        return {name: value for name, value in (settings | aws).items() if value.strip()}

    @property
    def flow_seconds(self) -> float:
        """How long the flow's block waits, as the function is told; 3 when that is no number of seconds."""
        said = self.variables().get("FLOW_TIME_LIMIT_SECONDS", "").strip()
        return float(said) if said in BLOCK_LIMITS else 3.0

    @property
    def delays(self) -> bool:
        """Whether AWS may do something long after the function gave up waiting for it."""
        return self.choices.fault is not None and self.choices.fault.kind == "delay"

    def arrange(self, number: str | None) -> None:
        """
        Sets up in AWS what the variables name, for a caller with this number; what is there already is as new.

        Raises:
            ScenarioError: It cannot be.
        """
        variables = self.variables()
        wanted = {name: variables[name] for name in STAGED if name in variables}
        if self.choices.is_switched_off:
            wanted["SWITCH"] = "off"
        resources.set_up(self._simulator, wanted)
        if self.choices.opted_out:
            self._listed = self._stopped | ({number} if number else set())
            now = self._simulator.world.clock()
            self._simulator.world.sms.opt_out_lists[self._opt_out_list] = dict.fromkeys(self._listed, now)

    @property
    def _opt_out_list(self) -> str:
        return f"opt-outs-{self._name}"

    def queue_url(self) -> str:
        """The session's queue."""
        sqs = resources.client(self._simulator, "sqs")
        made = sqs.create_queue(QueueName=f"deflections-{self._name}.fifo", Attributes={"FifoQueue": "true"})
        return str(made["QueueUrl"])
