"""A module that a worker includes (`-I tests.noting`) to know the tasks of tests.notes."""

from apps.tenants.tasks import tenant_task
from runtime.programs import WORKERS
from tests.notes import note

for _queue in WORKERS:
    tenant_task(name=f"tests.note_{_queue}", queue=_queue)(note)
