"""`python -m connect_simulator` serves until Ctrl-C."""

import argparse
import shlex
import signal
import sys
from threading import Event
from typing import NoReturn

from connect_simulator import Simulator, demo


def main() -> None:
    """Prints where it is and how to use it, and ends without a word on Ctrl-C and on SIGTERM."""
    parser = argparse.ArgumentParser(prog="connect-simulator", description="Amazon Connect and other AWS, simulated.")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    parser.add_argument("--port", default=5005, type=int, help="0 takes a free one (default: %(default)s)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Simulator(arguments.host, arguments.port) as simulator:
            sys.stdout.write(usage(simulator.url))
            sys.stdout.flush()
            Event().wait()
    except OSError as error:
        sys.exit(f"Cannot listen on {arguments.host}:{arguments.port}: {error.strerror}.")
    except KeyboardInterrupt:
        pass


def usage(url: str) -> str:
    """The URL in the first line, then what a shell needs to use the simulator and its demo instance."""
    variables = {"AWS_ENDPOINT_URL_CONNECT": url, **demo.CREDENTIALS, **demo.ENVIRONMENT}
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "".join(f"{line}\n" for line in [f"Amazon Connect is simulated at {url} until Ctrl-C. To use it:", *exports])


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
