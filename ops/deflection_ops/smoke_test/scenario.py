"""Run the steps of the smoke test, and end every contact that they started."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from deflection.outcome import Status
from deflection_ops.errors import AwsError
from deflection_ops.finding import Finding, Observation, Verdict
from deflection_ops.smoke_test import first_message, related_message, steps
from deflection_ops.smoke_test.reply import Ask, await_reply, waits_for_reply
from deflection_ops.smoke_test.sms_session import SmsSession


@dataclass(frozen=True)
class SmokeTest:
    """
    One run of all steps.

    Attributes:
        session: The phone number, and the stack that sends to it.
        related: The id of a contact that has ended; None ends the first SMS contact and uses it.
        confirm: Ask before the first message whether to send it.
        ask: Ask the operator a question; None if nobody can answer.
    """

    session: SmsSession
    related: str | None
    confirm: Callable[[], bool]
    ask: Ask | None = None

    def run(self) -> Iterator[Finding]:
        """Yield the findings of the steps; after a step that is not ok, only end the contacts."""
        try:
            for finding in self._steps():
                yield finding
                if finding.verdict is Verdict.NOT_OK:
                    break
        finally:
            ending = list(self._clean_up())
        yield from ending

    def _steps(self) -> Iterator[Finding]:
        rehearsed = first_message.dry_run(self.session)
        yield rehearsed
        if rehearsed.verdict is not Verdict.OK:
            return
        yield first_message.check_opt_out(self.session)
        if not self.confirm():
            yield steps.FIRST_MESSAGE.report(steps.NOT_CONFIRMED.found())
            return
        call = str(uuid4())
        try:
            first = self.session.send(call, **first_message.PARAMETERS)
        except AwsError as error:
            yield steps.FIRST_MESSAGE.not_asked(error)
            return
        yield steps.FIRST_MESSAGE.report(
            Observation(first.contact_id)
            if first.status == Status.STARTED
            else steps.MESSAGE_NOT_STARTED.found(first.code, str(first))
        )
        yield first_message.repeat(self.session, call, first)
        if self.session.left_open:  # the repeated invocation may have sent a second message; do not send a third
            return
        yield first_message.compare_contact(self.session, first)
        if self.ask and waits_for_reply(self.session) and (reply := await_reply(self.session, first, self.ask)):
            yield reply
        yield from related_message.send_second_message(self.session, first, self.related)

    def _clean_up(self) -> Iterator[Finding]:
        for contact_id in tuple(self.session.open_contacts):
            is_stopped = related_message.stop_contact(self.session, contact_id).verdict is Verdict.OK
            observation = Observation(contact_id) if is_stopped else steps.CONTACT_LEFT_OPEN.found(contact_id)
            yield steps.CLEAN_UP.report(observation)
        for left in self.session.left_open:
            yield steps.LEFT_OPEN.report(left)
