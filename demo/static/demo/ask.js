// "Ask about it" buttons: they open the widget with a question, as a shop's own page would.
