"""An inbox row tells who the customer is as far as that is known, and the customer's own words."""

from apps.agents.casework import casework
from apps.agents.console import rows
from apps.conversations.ledger import pages
from apps.conversations.models import Event, Visitor
from apps.tenants import context
from tests.agents.asking import ask
from tests.cast import Cast


def test_a_row_shows_the_customers_words_after_everybody_elses(cast: Cast) -> None:
    with context.inside(cast.acme):
        row = ask("My tent leaks", cast.vera)
        assert rows.of([row.pk])[row.pk]["asked"] is None, "they are the last words as they are"
        with pages.page(row.pk) as page:
            page.append(Event.Kind.MESSAGE, Event.Author.BOT, {"author": {"kind": "bot"}, "text": "No one is online."})
        frame = rows.of([row.pk])[row.pk]
        assert (frame["last"]["author"], frame["asked"]["text"]) == ("bot", "My tent leaks")
        casework.take_over(row.pk, cast.bob)
        assert rows.of([row.pk])[row.pk]["asked"]["text"] == "My tent leaks"
    with context.inside(cast.globex):
        assert rows.of([row.pk]) == {}


def test_a_nameless_customer_keeps_a_number_and_nothing_is_made_up(cast: Cast) -> None:
    with context.inside(cast.acme):
        row = ask(visitor=Visitor.objects.create())
        told = rows.of([row.pk])[row.pk]["visitor"]
        assert (told["place"], told["device"]) == ("", "")
        assert 1000 <= told["number"] < 10_000
        assert str(row.visitor) == f"Visitor {told['number']}"
        Visitor.objects.filter(pk=row.visitor_id).update(device="Safari, iPhone", attributes={"city": "Denver"})
        again = rows.of([row.pk])[row.pk]["visitor"]
        assert (again["number"], again["place"], again["device"]) == (told["number"], "Denver", "Safari, iPhone")
