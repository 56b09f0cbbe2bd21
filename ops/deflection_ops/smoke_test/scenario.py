"""
The first hour on a real account: at most two real texts, step by step, each step a finding.

It settles what it can of the assumptions, and ends every contact that it has started.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from deflection.contact import is_set
from deflection.request.limits import SUBTYPE_KEY
from deflection_ops.aws import SMS_VOICE, AwsError, NotAllowedError, NotThereError
from deflection_ops.finding import Finding, Observation, Verdict
from deflection_ops.invocation import Answer, Rehearsal, invoke, rehearsal
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.sms_session import SmsSession

MARK = {"deflectionSmoke": "first"}
"""The attribute of the first SMS contact, by which a copy of it is known."""


@dataclass(frozen=True)
class SmokeTest:
    """
    One walk through all steps.

    Attributes:
        texts: To whom, and by which stack.
        related: The id of a contact that has ended; None takes the first SMS contact, once it was stopped.
        agreed: AwsApi whether to text, before the first text.
    """

    texts: SmsSession
    related: str | None
    agreed: Callable[[], bool]

    def walk(self) -> Iterator[Finding]:
        """The findings, as they come; a step that is not ok ends the walk, and what was started is stopped."""
        try:
            for finding in self._steps():
                yield finding
                if finding.verdict is Verdict.NOT_OK:
                    break
        finally:
            left = list(self._clean_up())
        yield from left

    def _steps(self) -> Iterator[Finding]:
        rehearsed = self._dry_run()
        yield rehearsed
        if rehearsed.verdict is not Verdict.OK:
            return
        yield self._opted_out()
        if not self.agreed():
            yield Finding(steps.TEXT.name, Verdict.NOT_ASKED, "None was sent: nobody agreed.", "Say yes, or FORCE=1.")
            return
        call, asked = str(uuid4()), {"RelatedContactId": "NONE", "Attributes": MARK}
        try:
            first = self.texts.send(call, **asked)
        except AwsError as error:
            yield steps.TEXT.not_asked(error)
            return
        yield steps.TEXT.tell(Observation(first.contact_id, "" if first.status == "STARTED" else str(first)))
        yield self._repetition(first, call, asked)
        if self.texts.left_over:  # it may have texted again, and another text would be the third
            return
        yield self._contact(first)
        yield from self._second_text(first)

    def _dry_run(self) -> Finding:
        """Goes as far as it may before anybody has agreed to pay for the carrier's answer."""
        deployment, number = self.texts.deployment, self.texts.to.address
        planned = rehearsal(deployment) if deployment.settings.carrier_lookup else Rehearsal(number)
        try:
            answer = invoke(deployment, {"DryRun": "true"}, planned.number)
        except AwsError as error:
            return steps.DRY_RUN.not_asked(error)
        wrong = "" if planned.is_good(answer) else str(answer)
        return steps.DRY_RUN.tell(Observation(f"{answer.status} {answer.reason}".strip(), wrong))

    def _opted_out(self) -> Finding:
        """Whether the number has opted out; a contact would be started, and nothing would come."""
        deployment = self.texts.deployment
        name = deployment.settings.opt_out_list_name or "Default"
        request = {"OptOutListName": name, "OptedOutNumbers": [self.texts.to.address]}
        try:
            answer = deployment.aws.send(SMS_VOICE, "describe_opted_out_numbers", **request)
        except AwsError as error:
            if not (isinstance(error, NotThereError) and error.resource_type == "opted-out-number"):
                return steps.OPTED_OUT.not_asked(error)
            self.texts.saw("unlisted", f"{name} was asked, and answered {error.code}.", is_so=True)
            return steps.OPTED_OUT.tell(Observation(name))
        if answer["OptedOutNumbers"]:
            return steps.OPTED_OUT.tell(Observation(name, name))
        self.texts.saw("unlisted", f"{name} was asked, and answered an empty list.", is_so=True)
        return steps.OPTED_OUT.tell(Observation(name))

    def _repetition(self, first: Answer, call: str, asked: Mapping[str, Any]) -> Finding:
        try:
            again = self.texts.send(call, **asked)
        except AwsError as error:
            return steps.REPETITION.not_asked(error)
        if again.status != "STARTED":
            told = str(again).removesuffix(".")
            return Finding(steps.REPETITION.name, Verdict.NOT_ASKED, f"It was answered {told}.", steps.LOOK_UP)
        is_same = again.contact_id == first.contact_id
        self.texts.saw("token", f"The second invocation answered {again.status} {again.contact_id}.", is_so=is_same)
        return steps.REPETITION.tell(Observation(again.contact_id, "" if is_same else str(again)))

    def _contact(self, first: Answer) -> Finding:
        """The SMS contact, compared with what was asked for."""
        try:
            contact = self.texts.contact(first.contact_id, lambda contact: bool(contact.get("SegmentAttributes")))
        except AwsError as error:
            return steps.CONTACT.not_asked(error)
        chain = (contact.get("InitialContactId") or first.contact_id, contact.get("InitiationMethod"))
        self.texts.saw("chain", f"It has {chain[0]} and {chain[1]}.", is_so=chain == (first.contact_id, "API"))
        endpoint = (contact.get("SystemEndpoint") or {}).get("Type")
        self.texts.saw("system endpoint", f"It is a {endpoint}.", is_so=endpoint == "CONNECT_PHONENUMBER_ARN")
        subtype = (contact.get("SegmentAttributes") or {}).get(SUBTYPE_KEY, {}).get("ValueString")
        attributes = contact.get("Attributes") or {}
        related = contact.get("RelatedContactId") or "none"
        seen = (contact.get("Channel"), subtype, related, attributes.get("deflectionSmoke"))
        wanted = ("CHAT", first.subtype, "none", MARK["deflectionSmoke"])
        names = ("channel", "subtype", "related contact", "attribute deflectionSmoke")
        compared = zip(names, seen, wanted, strict=True)
        wrong = [f"its {name} is {value}" for name, value, must in compared if value != must]
        return steps.CONTACT.tell(Observation(f"{seen[0]}, {seen[1]}", " and ".join(wrong)))

    def _second_text(self, first: Answer) -> Iterator[Finding]:
        """A text that is related to a contact that has ended."""
        if self.related is None:
            stopped = self._stop(first.contact_id)
            yield stopped
            if stopped.verdict is not Verdict.OK:
                return
        related = self.related or first.contact_id
        try:
            before = self.texts.contact(related, lambda contact: is_set(contact.get("DisconnectTimestamp")))
        except AwsError as error:
            yield steps.ENDED.not_asked(error)
            return
        if is_set(before.get("DisconnectTimestamp")):
            yield from self._related_text(first, related, before.get("Attributes") or {})
        else:
            yield steps.RELATED.tell(Observation(related, "has not ended"))

    def _related_text(self, first: Answer, related: str, before: Mapping[str, Any]) -> Iterator[Finding]:
        """With a related contact that was given, the first text is still open: a conflict is tried by the way."""
        try:
            second = self.texts.send_related(related)
            if self.related is not None and second.status in ("STARTED", "FAILED"):
                is_conflict = second.reason == "CONFLICT"
                seen = f"With the first text open the function answered {second}"
                self.texts.saw("conflict", seen, is_so=is_conflict)
                if is_conflict:
                    yield self._stop(first.contact_id)
                    second = self.texts.send_related(related)
        except AwsError as error:
            yield steps.ENDED.not_asked(error)
            return
        yield self._ended(second)
        if second.status == "STARTED":
            yield self._relation(second, related, before)

    def _ended(self, second: Answer) -> Finding:
        if second.reason == "RECENTLY_DEFLECTED":
            why = "REPEAT_WINDOW_MINUTES lets no second text out."
            return Finding(steps.ENDED.name, Verdict.NOT_ASKED, why, "Deploy without RepeatWindowMinutes to try it.")
        is_started = second.status == "STARTED"
        if is_started or second.reason in ("REQUEST_REFUSED", "RESOURCE_NOT_FOUND"):
            self.texts.saw("ended", f"The function answered {second}", is_so=is_started)
        return steps.ENDED.tell(Observation(second.contact_id, "" if is_started else str(second)))

    def _relation(self, second: Answer, related: str, before: Mapping[str, Any]) -> Finding:
        try:
            contact = self.texts.contact(second.contact_id, lambda contact: bool(contact.get("RelatedContactId")))
        except AwsError as error:
            return steps.RELATED.not_asked(error)
        after = contact.get("Attributes") or {}
        copied = [name for name, value in before.items() if after.get(name) == value]
        if before:
            seen = f"{len(copied)} of {len(before)} attributes of the related contact are on the new one."
            self.texts.saw("attributes", seen, is_so=not copied)
        points_to = contact.get("RelatedContactId")
        wrong = "" if points_to == related else f"is not what it points to, but {points_to}"
        return steps.RELATED.tell(Observation(related, wrong))

    def _stop(self, contact_id: str) -> Finding:
        try:
            self.texts.stop(contact_id)
        except NotAllowedError as error:
            return steps.STOP.not_asked(error)
        except AwsError as error:
            return steps.STOP.tell(Observation(contact_id, f"was not ended: {error}"))
        return steps.STOP.tell(Observation(contact_id))

    def _clean_up(self) -> Iterator[Finding]:
        for contact_id in tuple(self.texts.open):
            is_stopped = self._stop(contact_id).verdict is Verdict.OK
            yield steps.CLEAN_UP.tell(Observation(contact_id, "" if is_stopped else "is left open"))
        for sentence in self.texts.left_over:
            yield steps.LEFT_OVER.tell(Observation(wrong=sentence))
