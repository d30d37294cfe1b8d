"""docker-compose.yml without a Docker engine: its published schema, and the Procfile it must agree with."""

import json
import re
import shlex
from importlib.resources import files

import jsonschema
import pytest
import yaml

from ground.commands import process_list
from tests.ground.system import ROOT

SECRETS = {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_it_agrees_with_the_published_schema(compose):
    # The Compose Specification's own schema (Apache-2.0), as check-jsonschema ships it.
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    validator = jsonschema.validators.validator_for(rules := json.loads(schema.read_text()))
    assert [error.message for error in validator(rules).iter_errors(compose)] == []


def test_its_processes_run_the_commands_of_the_procfile(compose):
    services = compose["services"]
    assert set(services) - {"migrate", "postgres", "redis"} == set(process_list(services["web"]["environment"]))
    for name, command in process_list(services["web"]["environment"]).items():
        assert shlex.split(services[name]["command"]) == command


def test_everything_that_keeps_running_has_a_health_check(compose):
    lasting = {name: service for name, service in compose["services"].items() if name != "migrate"}
    assert [name for name, service in lasting.items() if not service.get("healthcheck", {}).get("test")] == []


def test_data_lives_in_named_volumes(compose):
    mounted = {volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]}
    assert mounted == set(compose["volumes"]) == {"data", "postgres", "redis"}


def test_no_secret_has_a_default():
    uses = re.findall(r"\$\{(\w+)([^}]*)\}", (ROOT / "docker-compose.yml").read_text())
    assert {name for name, _ in uses} >= SECRETS
    # The first use of a secret refuses to be without it, and none falls back to anything.
    for secret in SECRETS:
        forms = [form for name, form in uses if name == secret]
        assert all(form.startswith(":?") for form in forms), (secret, forms)
