"""The page at `/`, on which a person watches a call become a text.

    middleware -> sessions -> session -> call -> the walker of `connect_simulator.flows`, and `environments`, Lambda's

A browser opens a session, says what the caller and the operator do, and is told of everything in a feed of server-sent
events. The page asks for each step when it has shown the one before, so what is shown is where the call is.
The flows and the settings are those of `stack`: the template that deploys them.
"""

from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page.page_middleware import PageMiddleware
from connect_simulator.page.session_registry import SessionRegistry
from connect_simulator.page.stack import Stack, read_stack

__all__ = ["ExecutionEnvironments", "PageMiddleware", "SessionRegistry", "Stack", "read_stack"]
