"""Cache keys carry the tenant; outside one they raise. Platform-wide things use the alias `shared`."""

from apps.tenants import context


def tenant_key(key: str, prefix: str, version: int) -> str:
    return f"{context.schema()}:{prefix}:{version}:{key}"


def shared_key(key: str, prefix: str, version: int) -> str:
    return f"shared:{prefix}:{version}:{key}"
