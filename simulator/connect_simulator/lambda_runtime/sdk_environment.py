"""The caller's shell: what it and its user's files say to an SDK is meant for AWS, and keeps out of the simulation."""

import os
from typing import Final

PREFIXES: Final = ("AWS_", "POWERTOOLS_")
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
NO_FILES: Final = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)


def clear() -> None:
    """Takes all that is for an SDK out of this process's environment; before the first session of boto3 is made."""
    for name in tuple(os.environ):
        if name.startswith(PREFIXES) or name.upper() in PROXIES:
            del os.environ[name]
    os.environ.update(NO_FILES)
