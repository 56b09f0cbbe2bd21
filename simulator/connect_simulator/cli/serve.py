"""The command `connect-simulator`, also `python -m connect_simulator`: keep a simulator running until Ctrl-C."""

import argparse
import errno
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

from connect_simulator import demo
from connect_simulator.connect.unsupported_operations import supported_operations
from connect_simulator.flows import FlowError
from connect_simulator.lambda_runtime import sdk_environment
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page import PageMiddleware, SessionRegistry, Stack, read_stack
from connect_simulator.server.control_api import ENDPOINTS, PREFIX
from connect_simulator.server.simulator import Simulator
from connect_simulator.sms.sms_operations import OPERATIONS

MAX_SIGNAL_DELAY_SECONDS = 0.5


def main() -> None:
    """Start the simulator and print its URL; stop without output on Ctrl-C and on SIGTERM."""
    parser = argparse.ArgumentParser(
        prog="connect-simulator", description="Simulate Amazon Connect and other AWS services."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", default=5005, type=_port, help="port to listen on; 0 selects a free port (default: %(default)s)"
    )
    parser.add_argument("--handler", help="function for the page at /, such as package.module.lambda_handler")
    parser.add_argument("--template", type=Path, help="CloudFormation template with the flows for the page")
    arguments = parser.parse_args()
    if bool(arguments.handler) is not bool(arguments.template):
        parser.error("--handler and --template must be used together")
    stack = _stack(parser, arguments.template)
    sdk_environment.clear()
    signal.signal(signal.SIGTERM, _interrupt)
    simulator = Simulator(arguments.host, arguments.port)
    try:
        with _page(simulator, arguments.handler, stack) as has_page, simulator:
            if has_page:
                sys.stdout.write(f"To watch a call continue by SMS, open {simulator.url}/ in a browser.\n")
            sys.stdout.write(usage(simulator))
            sys.stdout.flush()
            while True:  # Python handles a signal that comes just before a wait only when the wait ends.
                time.sleep(MAX_SIGNAL_DELAY_SECONDS)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # Python adds the address after the reason.
        hint = f" Try PORT={max(1024, (arguments.port + 1) % 65_536)}." if error.errno == errno.EADDRINUSE else ""
        sys.exit(f"Cannot listen on {arguments.host}:{arguments.port}: {why}.{hint}")
    except KeyboardInterrupt:
        pass


def _stack(parser: argparse.ArgumentParser, template: Path | None) -> Stack | None:
    try:
        return read_stack(template) if template else None
    except OSError as error:
        parser.error(f"cannot read {template}: {error.strerror}")
    except FlowError as error:
        parser.error(f"cannot play the flows of {template}: {error}")


@contextmanager
def _page(simulator: Simulator, handler: str | None, stack: Stack | None) -> Iterator[bool]:
    """Serve the page if there is a handler and a stack; yield whether there is."""
    if handler is None or stack is None:
        yield False
        return
    with closing(SessionRegistry(simulator, stack, ExecutionEnvironments(handler))) as sessions:
        simulator.add_middleware(lambda app: PageMiddleware(app, sessions))
        yield True


def usage(simulator: Simulator) -> str:
    """Return the URL, then the shell commands for an SDK to use the simulator and its demo instance."""
    variables = {"AWS_ENDPOINT_URL": simulator.url, **demo.CREDENTIALS, **demo.ENVIRONMENT}
    lines = [
        f"Amazon Connect is simulated at {simulator.url} until Ctrl-C. To use it:",
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
    ]
    if simulator.is_public:
        lines.append("# The simulator is public: everyone who can reach this machine can use it.")
    lines += [
        f"# The simulator's own endpoints: {', '.join(f'{method} {PREFIX}{name}' for method, name in ENDPOINTS)}.",
        "# The same URL serves SSM, DynamoDB, SQS, EventBridge and every other service that moto simulates.",
        f"# Simulated operations of End User Messaging SMS: {', '.join(OPERATIONS)}.",
        f"# Simulated operations of Amazon Connect: {', '.join(supported_operations())}.",
    ]
    return "".join(f"{line}\n" for line in lines)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"must be 0 to 65535 (got {text})")
    return int(text)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
