"""The desk's counters."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600)

CONSOLES = Gauge("yingda_consoles", "Open agents' sockets.", multiprocess_mode="livesum")
WAITING = Gauge("yingda_customers_waiting", "Customers waiting for an agent, all tenants.", multiprocess_mode="mostrecent")
STRANDED = Gauge("yingda_customers_stranded", "Customers waiting in no queue; must be 0.", multiprocess_mode="mostrecent")
OFFERS = Counter("yingda_offers_total", "Offers ended.", ["state"])
OFFER_SECONDS = Histogram("yingda_offer_seconds", "From the request to an offer.", buckets=SECONDS)
CLAIMS = Counter("yingda_claims_total", "Attempts to claim a handover.", ["won"])
MAILS = Counter("yingda_mails_total", "Mails that came, by what they were.", ["what"])
