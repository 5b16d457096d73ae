"""Mail: replies go out by the tenant's own server."""
