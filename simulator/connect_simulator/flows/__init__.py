"""Play a flow of Amazon Connect, written in the Flow language, for a simulated contact.

    voice = read_flow(json.loads(text), "CONTACT_FLOW")
    player = FlowPlayer(voice, FlowContact("call-1", customer="+14255550142"), {function_arn: lambda_handler})
    player.run()         # until the customer must do something, or the flow ends; returns the steps
    player.press("1")    # or time_out(), wait(), reply(), connect_agent(), hang_up()
    player.end           # how the flow ended

`document` reads a flow, `player` takes its steps, `actions` runs each one and changes the `flow_contact`.
The modules `*_actions` have one family of actions each; `contact_center` has what flows can ask about.
Only the actions and parameters that this project's flows use are simulated; others raise `FlowError`.
The player follows AWS's documentation. A comment that begins with `Assumption:` marks undocumented behavior.

Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html
"""

from connect_simulator.flows.contact_center import Callback, ChannelReport, ContactCenter, Queue
from connect_simulator.flows.document import Action, Flow, FlowError, read_flow
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import FunctionTimeoutError, Invocation, InvocationAbortedError
from connect_simulator.flows.player import FlowPlayer
from connect_simulator.flows.progress import End, Step, Waiting

__all__ = [
    "Action",
    "Callback",
    "ChannelReport",
    "ContactCenter",
    "End",
    "Flow",
    "FlowContact",
    "FlowError",
    "FlowPlayer",
    "FunctionTimeoutError",
    "Invocation",
    "InvocationAbortedError",
    "Queue",
    "Step",
    "Waiting",
    "read_flow",
]
