"""`python -m connect_simulator` serves until Ctrl-C."""

import argparse
import errno
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import NoReturn

from connect_simulator import demo
from connect_simulator.connect.unsupported_operations import supported
from connect_simulator.lambda_runtime import sdk_environment
from connect_simulator.page import ExecutionEnvironments, PageMiddleware, SessionRegistry, Stack, read_stack
from connect_simulator.server.control_api import ENDPOINTS, PREFIX
from connect_simulator.server.simulator import Simulator
from connect_simulator.sms.sms_operations import OPERATIONS


def main() -> None:
    """Prints where it is and how to use it, and ends without a word on Ctrl-C and on SIGTERM."""
    parser = argparse.ArgumentParser(prog="connect-simulator", description="Amazon Connect and other AWS, simulated.")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    parser.add_argument("--port", default=5005, type=_port, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--handler", help="the function of the page at /, such as package.module.lambda_handler")
    parser.add_argument("--template", type=Path, help="the template whose flows the page plays")
    arguments = parser.parse_args()
    if bool(arguments.handler) is not bool(arguments.template):
        parser.error("the page takes --handler and --template, both")
    stack = _stack(parser, arguments.template)
    sdk_environment.clear()
    signal.signal(signal.SIGTERM, _interrupt)
    simulator = Simulator(arguments.host, arguments.port)
    try:
        with _page(simulator, arguments.handler, stack) as has_page, simulator:
            if has_page:
                sys.stdout.write(f"Watch a call become a text: open {simulator.url}/ in a browser.\n")
            sys.stdout.write(usage(simulator))
            sys.stdout.flush()
            Event().wait()
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # Python adds the address, in its own notation.
        hint = f" Try PORT={max(1024, (arguments.port + 1) % 65_536)}." if error.errno == errno.EADDRINUSE else ""
        sys.exit(f"Cannot listen on {arguments.host}:{arguments.port}: {why}.{hint}")
    except KeyboardInterrupt:
        pass


def _stack(parser: argparse.ArgumentParser, template: Path | None) -> Stack | None:
    try:
        return read_stack(template) if template else None
    except OSError as error:
        parser.error(f"{template} cannot be read: {error.strerror}")


@contextmanager
def _page(simulator: Simulator, handler: str | None, stack: Stack | None) -> Iterator[bool]:
    """The page is served in front of it, when there is a function and a stack for it."""
    if handler is None or stack is None:
        yield False
        return
    with closing(SessionRegistry(simulator, stack, ExecutionEnvironments(handler))) as sessions:
        simulator.put_in_front(lambda app: PageMiddleware(app, sessions))
        yield True


def usage(simulator: Simulator) -> str:
    """The URL in the first line, then what a shell needs to use the simulator and its demo instance."""
    variables = {"AWS_ENDPOINT_URL": simulator.url, **demo.CREDENTIALS, **demo.ENVIRONMENT}
    lines = [
        f"Amazon Connect is simulated at {simulator.url} until Ctrl-C. To use it:",
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
    ]
    if simulator.is_open:
        lines.append("# It is open to the network: whoever reaches this machine can use it.")
    lines += [
        f"# Its own endpoints: {', '.join(f'{method} {PREFIX}{name}' for method, name in ENDPOINTS)}.",
        "# SSM, DynamoDB, SQS, EventBridge and all else that moto simulates answer there, too.",
        f"# Simulated operations of End User Messaging SMS: {', '.join(OPERATIONS)}.",
        f"# Simulated operations of Amazon Connect: {', '.join(supported())}.",
    ]
    return "".join(f"{line}\n" for line in lines)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port; those are 0 to 65535")
    return int(text)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
