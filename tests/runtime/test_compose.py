"""docker/compose.yml holds together: its programs exist, each has its limits, and the database has room for them all."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime import programs
from tests.product import ROOT

FILE = ROOT / "docker" / "compose.yml"
SCALED = {"web": 3, "turns": 4}  # the example in the file's head and in docs/sizing.md
POOL = 8
RESERVED = 10  # for the superuser, backups and people


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return found


def ran(service: dict[str, Any]) -> str:
    """The program of runtime.programs this container becomes; empty for another one."""
    command = service.get("command", [])
    return str(command[3]) if command[:3] == ["python", "-m", "runtime.programs"] else ""


def test_every_program_runs_once_and_is_one_of_the_products(services: dict[str, Any]) -> None:
    assert sorted(filter(None, map(ran, services.values()))) == sorted(["web", "beat", *programs.WORKERS])
    assert {name: ran(service) for name, service in services.items() if ran(service) and ran(service) != name} == {}
    modules = {command[2] for service in services.values() if (command := service.get("command", []))[:2] == ["python", "-m"]}
    assert all((ROOT / f"{module.replace('.', '/')}.py").exists() for module in modules)


def test_every_service_has_limits_requests_and_a_check_of_its_health(services: dict[str, Any]) -> None:
    for name, service in services.items():
        resources = service["deploy"]["resources"]
        assert set(resources["limits"]) == {"cpus", "memory"}, name
        assert size(resources["reservations"]["memory"]) <= size(resources["limits"]["memory"]), name
        assert "healthcheck" in service or name == "prepare", name
    for name in programs.WORKERS:
        assert services[name]["healthcheck"]["test"] == ["CMD", "python", "-m", "runtime.watching.pulse", name]


def size(memory: str) -> int:
    return int(memory[:-1]) * {"M": 1, "G": 1024}[memory[-1]]


def test_what_may_be_many_holds_no_port_and_no_name_and_the_clock_stays_one(services: dict[str, Any]) -> None:
    for name in ("web", *programs.WORKERS):
        assert not {"ports", "container_name", "hostname"} & services[name].keys(), name
        assert services[name]["stop_grace_period"] == "30s"
    assert "container_name" in services["beat"], "Compose refuses to scale what has a name"
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


@pytest.mark.parametrize("scale", [{}, SCALED])
def test_the_database_has_room_for_every_connection(services: dict[str, Any], scale: dict[str, int]) -> None:
    assert "YINGDA_DB_POOL" not in services["web"]["environment"], "then count with it"
    options = services["postgres"]["command"]
    most = next(int(option.partition("=")[2]) for option in options if option.startswith("max_connections="))
    programs_run = [name for service in services.values() if (name := ran(service))]
    stated = sum(programs.connections(name, POOL) * scale.get(name, 1) for name in programs_run)
    prepare = POOL + 1
    assert stated + prepare <= most - RESERVED


def test_the_proxy_finds_the_webs_by_name_on_their_port() -> None:
    told = Path(ROOT / "docker" / "Caddyfile").read_text()
    assert "dynamic a {$YINGDA_WEB_HOST:web} {$YINGDA_WEB_PORT:8000}" in told
    assert "respond /metrics 404" in told


def test_every_container_is_locked_and_may_do_no_more_than_it_begins_with(services: dict[str, Any]) -> None:
    begins = {"postgres": {"CHOWN", "DAC_READ_SEARCH", "FOWNER", "SETGID", "SETUID"}, "valkey": {"CHOWN", "SETGID", "SETUID"}}
    begins["proxy"] = {"NET_BIND_SERVICE"}
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert set(service.get("cap_add", [])) == begins.get(name, set()), name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "/tmp" in service["tmpfs"], name  # noqa: S108 — the container's


def test_the_stores_and_the_model_are_reached_by_the_product_alone(services: dict[str, Any]) -> None:
    file = yaml.safe_load(FILE.read_text())
    assert {name for name, net in file["networks"].items() if net and net.get("internal")} == {"models", "stores"}
    ours = {name for name, service in services.items() if ran(service)} | {"prepare"}
    members = {net: {name for name, service in services.items() if net in service["networks"]} for net in file["networks"]}
    assert members == {"models": ours | {"model"}, "stores": ours | {"postgres", "valkey"}, "outside": ours | {"proxy"}}


def test_no_password_opens_two_doors(services: dict[str, Any]) -> None:
    superuser = services["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert "DATABASE_SUPERUSER_PASSWORD" in superuser
    for name, service in services.items():
        if name != "postgres":
            assert "SUPERUSER" not in str(service.get("environment")), name
    assert "MODEL_KEY" in services["model"]["environment"]["YINGDA_MODEL_KEY"]
    assert "SUPERUSER" not in (ROOT / "docker" / "database.sh").read_text()


def test_the_proxy_tells_the_address_that_it_found_itself() -> None:
    told = (ROOT / "docker" / "Caddyfile").read_text()
    assert "header_up X-Forwarded-For {client_ip}" in told
    assert "trusted_proxies_strict" in told
    assert "http.request.header.X-Forwarded-For" not in told
