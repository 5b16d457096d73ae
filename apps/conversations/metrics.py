"""The counters of conversations and turns. No tenant labels on histograms; per-tenant detail is in the rows."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.18, 0.25, 0.5, 1, 2.5, 5, 10, 20)

MESSAGES = Counter("yingda_messages_accepted_total", "Messages committed to the ledger.", ["author"])
REFUSED = Counter("yingda_frames_refused_total", "Frames answered by an error.", ["code"])
LIMITED = Counter("yingda_limited_total", "Refused because it was too much, by what was too much.", ["kind"])
BATCH = Histogram("yingda_ledger_batch_messages", "Messages committed together.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500))
SOCKETS = Gauge("yingda_sockets", "Open customer sockets.", multiprocess_mode="livesum")
TURNS = Counter("yingda_turns_total", "Turns ended.", ["outcome"])
BACKLOG_SECONDS = Histogram("yingda_backlog_seconds", "From a message's commit until a worker took it.", buckets=SECONDS)
FILTERED = Counter(
    "yingda_filter_hits_total", "Places that filters found, by direction and by what was done", ["direction", "action"]
)
TURN_SECONDS = Histogram("yingda_turn_seconds", "From the question to the stored answer.", ["tier"], buckets=SECONDS)
FIRST_WORDS_SECONDS = Histogram("yingda_first_words_seconds", "From the claim to the first words.", buckets=SECONDS)
PLATFORM_SECONDS = Histogram("yingda_before_model_seconds", "From the claim to the call of a model.", buckets=SECONDS)
SEARCH_SECONDS = Histogram("yingda_search_seconds", "Searching the knowledge.", buckets=SECONDS)
KNOWLEDGE = Counter("yingda_knowledge_total", "Searches by what they found.", ["found"])
HANDOVERS = Counter("yingda_handovers_total", "Conversations handed to people.", ["reason"])
PICTURES = Counter("yingda_pictures_total", "Images drawn anew, by what became of them.", ["outcome"])
