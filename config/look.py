"""The look of both admins (apps.tenants.backoffice.adminsite). Colours follow static/css/tokens.css: cool greys, one blue."""

from django.utils.translation import gettext_lazy as _

_BLUES = {50: "#f2f5fd", 100: "#e3eafb", 200: "#c6d4f6", 300: "#a2b8f2", 400: "#86a3f0", 500: "#5f84ea", 600: "#2f5bd7"}
_BLUES |= {700: "#274cb5", 800: "#213f93", 900: "#1b3373", 950: "#111f47"}
_GREYS = {50: "#f6f8fa", 100: "#eef1f5", 200: "#dbe0e8", 300: "#c3cad5", 400: "#8f99a8", 500: "#5f6a7a", 600: "#4a5462"}
_GREYS |= {700: "#3d4653", 800: "#2b333f", 900: "#171c23", 950: "#10141a"}
_UNFOLD: dict[str, object] = {
    "SITE_TITLE": "Yingda 应答",
    "SITE_HEADER": _("Yingda"),
    "SITE_SUBHEADER": "apps.tenants.backoffice.adminsite.site_name",
    "SITE_SYMBOL": "forum",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/admin/backoffice/icon.svg"}],
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "LANGUAGES": {"action": "/admin/language/"},
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "base": {str(weight): colour for weight, colour in _GREYS.items()},
        "primary": {str(weight): colour for weight, colour in _BLUES.items()},
    },
    "STYLES": ["/static/css/tokens.css", "/static/admin/backoffice/backoffice.css"],
}
UNFOLD_TENANT = {**_UNFOLD, "SIDEBAR": {"navigation": "apps.tenants.backoffice.navigation.tenant"}}
UNFOLD_PLATFORM = {**_UNFOLD, "SITE_SYMBOL": "dns", "SIDEBAR": {"navigation": "apps.tenants.backoffice.navigation.platform"}}
