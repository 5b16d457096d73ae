"""Files of a tenant live in a folder of its own, and only there."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from apps.tenants import context


class TenantStorage(FileSystemStorage):
    """`MEDIA_ROOT/tenants/<schema>/…`; outside a tenant every access raises OutsideTenant."""

    @property
    def base_location(self) -> str:
        return str(Path(settings.MEDIA_ROOT) / "tenants" / context.schema())

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())
