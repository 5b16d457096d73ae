"""The sidebars of the two admins: grouped by job, each entry shown to those whose role may open it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.tenants import context

# (title, icon, URL name, permission; "" = everybody)
Entry = tuple[Any, str, str, str]
TENANT: list[tuple[Any, list[Entry]]] = [
    ("", [(_("Overview"), "space_dashboard", "admin:index", "")]),
    (
        _("Answer"),
        [
            (_("Knowledge"), "menu_book", "admin:knowledge_article_changelist", "knowledge.view_article"),
            (_("Try it"), "experiment", "admin:try", "conversations.try_turn"),
            (_("Imports"), "upload_file", "admin:knowledge_import_changelist", "knowledge.view_import"),
            (
                _("Search settings"),
                "manage_search",
                "admin:knowledge_searchsettings_changelist",
                "knowledge.view_searchsettings",
            ),
        ],
    ),
    (_("Act"), [(_("Flows"), "account_tree", "admin:flows_flow_changelist", "flows.view_flow")]),
    (
        _("Protect"),
        [
            (_("Filters"), "filter_alt", "admin:filters_filter_changelist", "filters.view_filter"),
            (_("Hits"), "troubleshoot", "admin:conversations_hit_changelist", "conversations.view_hit"),
            (_("Marks"), "thumbs_up_down", "admin:conversations_mark_changelist", "conversations.view_mark"),
        ],
    ),
    (
        _("Talk"),
        [
            (_("Console"), "support_agent", "console", "agents.view_ticket"),
            (_("Conversations"), "forum", "admin:conversations_conversation_changelist", "conversations.view_conversation"),
            (_("Tickets"), "confirmation_number", "admin:agents_ticket_changelist", "agents.view_ticket"),
            (_("Canned replies"), "quickreply", "admin:agents_cannedreply_changelist", "agents.view_cannedreply"),
            (_("Macros"), "bolt", "admin:agents_macro_changelist", "agents.view_macro"),
            (_("Undelivered"), "unsubscribe", "admin:agents_deadletter_changelist", "agents.view_deadletter"),
        ],
    ),
    (
        _("Insights"),
        [
            (_("Reports"), "bar_chart", "admin:reports", "agents.view_report"),
            (_("Feedback"), "thumbs_up_down", "admin:conversations_feedback_changelist", "conversations.view_feedback"),
            (_("Evaluation sets"), "fact_check", "admin:insights_evaluationset_changelist", "insights.view_evaluationset"),
        ],
    ),
    (
        _("Operate"),
        [
            (_("Releases"), "rocket_launch", "admin:releases_release_changelist", "releases.view_release"),
            (_("Systems"), "hub", "admin:flows_system_changelist", "flows.view_system"),
            (_("Models"), "neurology", "admin:llm_modelendpoint_changelist", "llm.view_modelendpoint"),
            (_("Reranker"), "swap_vert", "admin:llm_reranker_changelist", "llm.view_reranker"),
            (_("Model usage"), "monitoring", "admin:llm_usage_changelist", "llm.view_usage"),
            (_("Site"), "tune", "admin:workspace_site_changelist", "workspace.view_site"),
            (_("Desk settings"), "desk", "admin:agents_desksettings_changelist", "agents.view_desksettings"),
            (_("Mail"), "mail", "admin:agents_mailaccount_changelist", "agents.view_mailaccount"),
            (_("Agents"), "badge", "admin:agents_presence_changelist", "agents.view_presence"),
            (_("Teams"), "groups", "admin:agents_team_changelist", "agents.view_team"),
            (_("Skills"), "translate", "admin:agents_skill_changelist", "agents.view_skill"),
            (_("Members"), "group", "admin:workspace_member_changelist", "workspace.view_member"),
        ],
    ),
]
PLATFORM: list[tuple[Any, list[Entry]]] = [
    ("", [(_("Overview"), "space_dashboard", "admin:index", "")]),
    (
        _("Customers"),
        [
            (_("Tenants"), "apartment", "admin:tenants_tenant_changelist", ""),
            (_("Plans"), "sell", "admin:tenants_plan_changelist", ""),
        ],
    ),
    (_("Platform"), [(_("Administrators"), "shield_person", "admin:workspace_member_changelist", "")]),
]


def names() -> dict[str, str]:
    """The menu's names, by address."""
    groups = PLATFORM if context.schema() == context.PUBLIC_SCHEMA else TENANT
    return {reverse(url): str(name) for _title, entries in groups for name, _icon, url, _may in entries}


def name_of(opts: Any) -> str:
    """A list's name as the menu says it; "" for one that stands in no menu."""
    return names().get(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"), "")


def tenant(request: HttpRequest) -> list[dict[str, Any]]:
    return _sidebar(TENANT, request)


def platform(request: HttpRequest) -> list[dict[str, Any]]:
    return _sidebar(PLATFORM, request)


def _sidebar(groups: list[tuple[Any, list[Entry]]], request: HttpRequest) -> list[dict[str, Any]]:
    shown = []
    for title, entries in groups:
        items = [
            {"title": name, "icon": icon, "link": reverse(url)}
            for name, icon, url, permission in entries
            if not permission or request.user.has_perm(permission)
        ]
        if items:
            shown.append({"title": title, "items": items})
    return shown
