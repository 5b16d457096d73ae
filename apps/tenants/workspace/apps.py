from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "apps.tenants.workspace"
    label = "workspace"
    verbose_name = _("People and site")
