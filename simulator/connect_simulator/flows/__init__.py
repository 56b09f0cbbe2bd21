"""Plays a flow of Amazon Connect, in the Flow language, for a contact that is simulated too.

    voice = read_flow(json.loads(text), "CONTACT_FLOW")
    play = Play(voice, FlowContact("call-1", customer="+14255550142"), {function_arn: lambda_handler})
    play.on()            # until the caller must do something, or the flow ends: the steps that were taken
    play.press("1")      # or say_nothing(), wait(), reply(), answer(), hang_up()
    play.end             # how it ended

The data goes: document -> play -> actions -> contact.
Only the actions are known that the project's flows use; another one is refused, and so is a known one with other
parameters. It does what AWS documents; what it does not document is marked by a comment that begins with `Assumption:`.

Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html
"""

from connect_simulator.flows.document import Action, Flow, FlowError, read_flow
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Invocation, NoAnswerError, NotInvokedError
from connect_simulator.flows.player import End, Play, Step, Waiting

__all__ = [
    "Action",
    "End",
    "Flow",
    "FlowContact",
    "FlowError",
    "Invocation",
    "NoAnswerError",
    "NotInvokedError",
    "Play",
    "Step",
    "Waiting",
    "read_flow",
]
