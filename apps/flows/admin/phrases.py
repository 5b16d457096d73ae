"""CodeMirror's own words in the language of the person who writes."""

from django.utils.translation import gettext as _


def phrases() -> dict[str, str]:
    return {
        "Find": _("Find"),
        "Replace": _("Replace"),
        "next": _("next"),
        "previous": _("previous"),
        "all": _("all"),
        "match case": _("match case"),
        "regexp": _("pattern"),
        "by word": _("whole words"),
        "replace": _("replace"),
        "replace all": _("replace all"),
        "close": _("close"),
        "Go to line": _("Go to line"),
        "go": _("go"),
        "current match": _("current match"),
        "replaced match on line $": _("replaced match on line $"),
        "replaced $ matches": _("replaced $ matches"),
        "on line": _("on line"),
        "Completions": _("Completions"),
        "Diagnostics": _("Problems"),
        "No diagnostics": _("No problems"),
        "Fold line": _("Fold"),
        "Unfold line": _("Unfold"),
        "Folded lines": _("Folded lines"),
        "Unfolded lines": _("Unfolded lines"),
        "folded code": _("folded lines"),
        "unfold": _("unfold"),
        "Control character": _("Control character"),
        "Selection deleted": _("Selection deleted"),
    }
