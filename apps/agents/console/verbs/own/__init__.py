"""The verbs by which members ask for what is theirs, and keep it: views, texts, how the console is to them."""
