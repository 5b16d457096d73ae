"""The rows of this room."""

from apps.flows.models.calls import Call
from apps.flows.models.flows import Flow
from apps.flows.models.proofs import Proof
from apps.flows.models.systems import System

__all__ = ["Call", "Flow", "Proof", "System"]
