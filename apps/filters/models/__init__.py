from apps.filters.models.dry_runs import DryRun
from apps.filters.models.faults import Fault, Stop
from apps.filters.models.modules import Module
from apps.filters.models.rules import Filter
from apps.filters.models.weights import Weights

__all__ = ["DryRun", "Fault", "Filter", "Module", "Stop", "Weights"]
