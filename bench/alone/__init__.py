"""Things measured in processes that do nothing else."""
