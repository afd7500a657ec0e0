"""Tests that the kustomize base is valid for Kubernetes and matches docker-compose.yml.

The base has not been run on a cluster.
"""

import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.test_containers import COMPOSE
from tests.test_deploy import DEPLOY, program
from tools.stack import application

VERSION = "1.32"


@pytest.fixture(scope="module")
def built() -> list[dict[str, Any]]:
    """Return the Kubernetes documents that kustomize builds from the base."""
    kustomize = program("kustomize", "kustomize")
    done = subprocess.run(
        [kustomize, "build", str(DEPLOY / "kubernetes")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(yaml.safe_load_all(done.stdout))


def find_pods(built) -> dict[str, dict[str, Any]]:
    """Return the pod specifications by the name of their Deployment or Job."""
    workloads = [each for each in built if each["kind"] in {"Deployment", "Job"}]
    return {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in workloads}


@pytest.mark.stack
def test_kubernetes_takes_every_document(built):
    for each in built:
        kubernetes_validate.validate(each, VERSION, strict=True)


@pytest.mark.stack
def test_a_broken_document_would_be_seen(built):
    web = next(each for each in built if each["kind"] == "Deployment")
    web["spec"]["template"]["spec"]["containers"][0]["imagee"] = "santa311"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(web, VERSION, strict=True)


@pytest.mark.stack
def test_it_has_the_services_of_compose_that_are_ours(built):
    services = yaml.safe_load(COMPOSE)["services"]
    ours = {name for name, each in services.items() if each.get("build")} - {"nginx-figures"}
    assert set(find_pods(built)) == ours | {"nginx"}


@pytest.mark.stack
def test_workers_take_the_queues_that_the_stacks_workers_take(built):
    pods = find_pods(built)
    for name, options in application.WORKERS.items():
        container = pods[name.replace("_", "-")]["containers"][0]
        queue = [part.replace("QUEUE", "santa311") for part in options]
        assert container["args"] == [*queue, *application.QUIET]


@pytest.mark.stack
def test_no_container_can_write_to_its_root_or_gain_rights(built):
    for name, pod in find_pods(built).items():
        for each in pod["containers"] + pod.get("initContainers", []):
            rights = each["securityContext"]
            assert rights["readOnlyRootFilesystem"], name
            assert rights["capabilities"] == {"drop": ["ALL"]}, name
            assert not rights["allowPrivilegeEscalation"], name
        assert pod["securityContext"]["runAsNonRoot"], name


@pytest.mark.stack
def test_only_jobs_have_the_keys_that_set_up(built):
    for name, pod in find_pods(built).items():
        container = pod["containers"][0]
        secrets = [
            each["secretRef"]["name"]
            for each in container.get("envFrom", [])
            if "secretRef" in each
        ]
        assert ("santa311-setup" in secrets) == (name in {"migrate", "bucket"}), name
