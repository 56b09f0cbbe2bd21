"""Faults on demand: errors, delays and broken connections for the operations of any service."""

from connect_simulator.faults.fault import Fault, FaultKind, Faults

__all__ = ["Fault", "FaultKind", "Faults"]
