"""The page at `/`, on which a person watches a call continue as an SMS conversation.

`page_middleware` serves it, `session_registry` keeps the sessions, and a `session` runs the visitor's commands:
a `call` plays the flows, an `invoker` gives events to the function, and a `result_tracker` counts what becomes of the
messages.

A browser starts a session, sends commands for the caller and the operator, and receives a feed of server-sent events.
It requests the next step after it has shown the previous one, so the page always shows where the call is.
The flows and settings come from the template that deploys them; see `stack`.
"""

from connect_simulator.page.page_middleware import PageMiddleware
from connect_simulator.page.session_registry import SessionRegistry
from connect_simulator.page.stack import Stack, read_stack

__all__ = ["PageMiddleware", "SessionRegistry", "Stack", "read_stack"]
