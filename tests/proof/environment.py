"""What every environment of the proofs has loaded before it begins; see `lanes`."""

import gc

import pytest  # noqa: F401

import connect_simulator  # noqa: F401
import deflection.handler
import deflection.repeat_window  # noqa: F401
import proof.mortal  # noqa: F401

gc.freeze()  # the simulator is large, and what collecting its garbage takes is not the function's
