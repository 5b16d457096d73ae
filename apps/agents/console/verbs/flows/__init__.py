"""The verbs by which an agent leads the customer's flow."""
