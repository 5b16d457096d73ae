"""The purpose of each form of the admins, in a sentence or two, for who opens it the first time. A tenant may switch it off."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.tenants import context
from apps.tenants.workspace.models import Site

# By the model's label. Each form has one: tests/tenants/backoffice/test_explained.py.
ABOUT: dict[str, Any] = {
    "knowledge.article": _(
        "The bot answers from articles. One question and its answer, or a longer text with headings; what you save here is"
        " what customers are told a moment later."
    ),
    "knowledge.searchsettings": _(
        "How questions and articles are brought together. The defaults suit most shops; change one thing and try a question"
        " before you change the next."
    ),
    "knowledge.import": _("A file or site that was read in. Each of its articles can be edited like one that you wrote."),
    "flows.flow": _(
        "A procedure that the bot walks through with a customer, such as a return: what it asks, what it looks up, what it"
        " says in the end."
    ),
    "flows.system": _(
        "A system of yours that flows may ask or tell something, such as the orders: its address, its calls and its key."
    ),
    "filters.filter": _(
        "A rule about words: what may not be said, what is masked before anybody reads it, what is answered in another way."
        " Try it on real messages of the past before it goes live."
    ),
    "agents.ticket": _(
        "Work that a conversation left behind, with the whole conversation below. Whoever it is assigned to answers the"
        " customer and marks it solved."
    ),
    "agents.deadletter": _(
        "Something that could not be delivered after three tries: a mail, a ticket, a call to another system. Mend the cause,"
        " then send it again."
    ),
    "agents.cannedreply": _("A sentence that agents insert in the console by typing / and its name. Blanks are filled in."),
    "agents.macro": _("Several steps that an agent takes with one click, such as a reply, a tag and closing the conversation."),
    "agents.desksettings": _(
        "How customers who wait come to agents: how long an offer stands, how many conversations each may have, what is told"
        " when nobody is there."
    ),
    "agents.mailaccount": _(
        "The mail server and mailbox by which you write to customers who have left, and by which their answers come back."
        " Without one the bot promises no mail."
    ),
    "agents.presence": _("Who answers customers: their teams, their skills and how many conversations they take at once."),
    "agents.team": _("Agents who share a kind of question. Conversations can be handed to a team instead of to a person."),
    "agents.skill": _(
        "Something that not everybody can do, such as a language. Customers who need it get an agent who has it."
    ),
    "insights.evaluationset": _(
        "Questions with the answers that they should get. Each release is measured by them, so that a change that makes"
        " answers worse is seen before customers see it."
    ),
    "insights.item": _("One question of a set, and what a right answer has to be: an article, some words, or a person."),
    "releases.release": _(
        "One state of all that the bot knows and may do. You can go back to an earlier one at any time; nothing is lost by it."
    ),
    "llm.modelendpoint": _(
        "A language model that writes answers from your articles. Without one the bot quotes them as they stand."
    ),
    "llm.reranker": _("A model that reads what the search found once more and puts the best first. It is optional."),
    "workspace.site": _(
        "What customers see of you: the name, the greeting and the look of the chat, when people answer, and on which sites"
        " it may stand. The line that puts it on a page is at the end."
    ),
    "workspace.member": _(
        "A person who may log in here. The role decides what they see: owners everything, operators what the bot says,"
        " agents the console, viewers only numbers."
    ),
    "tenants.tenant": _("A company with its own hosts, people and data, kept apart from all others."),
    "tenants.plan": _("What the tenants on it may use. 0 means as much as the platform allows."),
}


def of(opts: Any) -> Any:
    """The text for a form of this model; "" where there is none, or where the tenant wants none."""
    told = ABOUT.get(opts.label_lower, "")
    if not told or context.schema() == context.PUBLIC_SCHEMA:
        return told
    return told if Site.objects.values_list("explains", flat=True).first() else ""
