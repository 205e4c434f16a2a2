"""The example of an autoscaler, and the page about it, ask for figures that services really tell."""

import re
from pathlib import Path

import yaml
from prometheus_client import REGISTRY

import closeloop.chassis.serving_alone  # noqa: F401  declares every figure
from closeloop.contracts.loop import SERVICES

HOME = Path(__file__).resolve().parents[2]
EXAMPLE = HOME / "deploy" / "kubernetes" / "autoscaling.yaml"
PAGE = HOME / "docs" / "scaling.md"
FIGURE = re.compile(r"closeloop_[a-z_]+")


def told() -> set[str]:
    endings = {"counter": "_total", "histogram": ""}
    return {f"{one.name}{endings.get(one.type, '')}" for one in REGISTRY.collect() if one.name.startswith("closeloop_")}


def test_what_is_asked_for_is_told():
    asked = {name for text in (EXAMPLE.read_text("utf-8"), PAGE.read_text("utf-8")) for name in FIGURE.findall(text)}
    assert len(asked) > 5
    assert asked <= told()


def test_no_service_goes_down_to_nothing():
    scaled = [one["spec"] for one in yaml.safe_load_all(EXAMPLE.read_text("utf-8"))]
    assert {spec["scaleTargetRef"]["name"] for spec in scaled} <= set(SERVICES)
    assert all(spec["minReplicaCount"] >= 1 for spec in scaled)
