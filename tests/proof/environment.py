"""Load the modules that every process of the proofs needs; see `lanes`."""

import gc

import pytest  # noqa: F401

import connect_simulator  # noqa: F401
import deflection.aws.dynamodb
import deflection.handler  # noqa: F401
import proof.mortal  # noqa: F401

gc.freeze()  # the simulator is large, and collecting its garbage is not the function's work
