"""The server: one URL for every simulated service and for the simulator's own endpoints."""

from connect_simulator.server.simulator import Simulator

__all__ = ["Simulator"]
