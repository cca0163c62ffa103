"""The simulation of clusters, and the page that tells what it says."""

from __future__ import annotations

import json
import math
import random
import re
import sys
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "docs")]
try:
    import population
    import scale_figures
    import scenarios
    import simulate
    from population import Sizes
    from simulate import Cluster, Device, Load, Speed
finally:
    del sys.path[:2]
RESULTS = json.loads((ROOT / "bench/results/scale.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")

SPEED = Speed(rate=1e9, stream=5e8, file=1e-5, name=1e-6, task=2e-3)
ENDLESS = Device(float("inf"), float("inf"))
STORAGE = Device(bandwidth=20e9, opens=1e5)
TROUBLE: dict[str, Any] = {
    "slow": 0.1,
    "slowness": 4.0,
    "between_failures": 30.0,
    "restart": 5.0,
}


def cut(files: int, sizes: Sizes, shards: int | None, **options: Any) -> list[Load]:
    return population.loads(population.steps(files, sizes, random.Random(1)), shards, **options)


def tailed(shards: int = 400) -> list[Load]:
    return cut(200_000, Sizes(1e6, 2.0), shards)


@pytest.mark.parametrize("trouble", [{}, TROUBLE], ids=["calm", "trouble"])
@pytest.mark.parametrize("workers", [1, 7, 64, 1000])
def test_every_shard_is_checked_once_or_given_up(workers: int, trouble: dict[str, Any]) -> None:
    loads = tailed()
    found = simulate.simulate(loads, Cluster(workers, SPEED, (STORAGE,), **trouble))

    assert sorted(found.checked + found.lost) == list(range(len(loads)))
    assert found.messages == 2 * (len(loads) + found.again)
    assert bool(found.again) == bool(trouble)
    assert trouble or not found.lost


def test_a_shard_whose_workers_always_fail_is_given_up_after_three_tries() -> None:
    loads = [Load(int(1e12), 1), Load(int(1e6), 1)]
    cluster = Cluster(2, SPEED, (ENDLESS,), between_failures=10.0, restart=1.0)

    found = simulate.simulate(loads, cluster)

    assert (found.lost, found.checked, found.again) == ([0], [1], 2)


@pytest.mark.parametrize("sizes", [Sizes(1e6), Sizes(1e6, 1.0), Sizes(1e6, 2.5)])
@pytest.mark.parametrize("files", [10, 5000, 1_000_000])
@pytest.mark.parametrize("known", [True, False])
def test_shards_have_all_files_and_bytes_of_the_list(files: int, sizes: Sizes, known: bool) -> None:
    steps = population.steps(files, sizes, random.Random(1))

    loads = population.loads(steps, 100, known=known)

    assert sum(load.files for load in loads) == files
    assert sum(load.size for load in loads) == sum(step.size for step in steps)
    assert sum(load.names for load in loads) == files
    assert max(load.longest for load in loads) == max(step.longest for step in steps)


def test_made_up_sizes_have_the_mean_and_the_tail_that_were_asked_for() -> None:
    files, sizes = 1_000_000, Sizes(1e6, 2.0)
    tried = [population.steps(files, sizes, random.Random(seed)) for seed in range(5)]

    means = [sum(step.size for step in steps) / files for steps in tried]
    longest = sorted(max(step.longest for step in steps) for steps in tried)

    assert sum(means) / 5 == pytest.approx(1e6, rel=0.05)
    # The largest of so many is below this with a chance of one half.
    median = NormalDist(math.log(1e6) - 2.0, 2.0).inv_cdf(1 - math.log(2) / files)
    assert math.log(longest[2]) == pytest.approx(median, abs=0.7)


def test_steps_are_as_many_as_the_core_makes_at_most() -> None:
    source = (ROOT / "core/internal/claim/outline.go").read_text(encoding="utf-8")

    assert f"const steps = {population.STEPS}\n" in source


@pytest.mark.parametrize("trouble", [{}, TROUBLE], ids=["calm", "trouble"])
@pytest.mark.parametrize(
    ("device", "sizes", "why"),
    [
        (ENDLESS, Sizes(1e6, 1.0), "hashing"),
        (Device(1e9, 1e9), Sizes(1e6, 1.0), "bandwidth"),
        (Device(1e12, 1e3), Sizes(1e4, 1.0), "metadata"),
        (ENDLESS, Sizes(1e6, 3.5), "longest"),
    ],
    ids=["hashing", "bandwidth", "metadata", "longest"],
)
def test_nothing_is_faster_than_it_can_be(
    device: Device, sizes: Sizes, why: str, trouble: dict[str, Any]
) -> None:
    loads = cut(100_000, sizes, 300)
    found = simulate.simulate(loads, Cluster(16, SPEED, (device,), **trouble))

    assert max(found.bounds, key=lambda each: found.bounds[each]) == why
    # What is given up is not waited for.
    assert found.lost or found.bound <= found.seconds * (1 + 1e-9)
    assert found.most <= found.seconds
    if not trouble:
        assert found.efficiency > 0.7


def test_shards_are_checked_in_no_time_but_that_of_their_work() -> None:
    loads = [Load(int(1e9), 1000)] * 8

    found = simulate.simulate(loads, Cluster(4, SPEED, (ENDLESS,)))

    # Two for each worker: 2 ms, 1 s for the bytes, 10 ms for the files.
    assert found.seconds == pytest.approx(2 * (0.002 + 1.0 + 0.01))


def test_a_straggler_makes_it_longer() -> None:
    loads = cut(100_000, Sizes(1e6), 64)
    calm = Cluster(16, SPEED, (ENDLESS,))
    slow = Cluster(16, SPEED, (ENDLESS,), slow=1 / 16, slowness=8.0)

    assert simulate.simulate(loads, slow).seconds > 1.3 * simulate.simulate(loads, calm).seconds


def test_failures_make_it_longer() -> None:
    loads = tailed()
    calm, failing = (
        Cluster(16, SPEED, (ENDLESS,), between_failures=mean, restart=5.0) for mean in (0.0, 10.0)
    )

    found = simulate.simulate(loads, failing)

    assert found.seconds > simulate.simulate(loads, calm).seconds
    assert found.again > 5


def test_more_shards_help_and_then_hurt() -> None:
    def seconds(shards: int) -> float:
        cluster = Cluster(64, SPEED, (ENDLESS,), dispatch=3e-3, slow=0.05, slowness=4.0)
        return simulate.simulate(cut(100_000, Sizes(1e6), shards), cluster).seconds

    few, some, many = seconds(32), seconds(500), seconds(4000)

    assert some < few / 2
    assert some < many / 2


def test_workers_share_what_a_device_can_do() -> None:
    loads = cut(100_000, Sizes(1e6), 256)

    def seconds(workers: int) -> float:
        return simulate.simulate(loads, Cluster(workers, SPEED, (Device(8e9, 1e9),))).seconds

    assert seconds(4) == pytest.approx(2 * seconds(8), rel=0.1)
    assert seconds(64) == pytest.approx(seconds(16), rel=0.05)


def test_a_device_has_no_more_readers_than_it_may_have() -> None:
    loads = [Load(int(1e9), 1, device=n % 2) for n in range(8)]
    disk = Device(1e12, 1e9, readers=1)

    found = simulate.simulate(loads, Cluster(8, SPEED._replace(task=0, file=0), (disk, disk)))

    assert found.seconds == pytest.approx(4.0)


def test_one_reader_of_a_disk_is_faster_than_a_crowd() -> None:
    loads = cut(10_000, Sizes(1e6), 64, devices=4)

    def seconds(readers: int | None) -> float:
        disk = Device(1e8, 1e3, readers=readers, crowded=2.5)
        return simulate.simulate(loads, Cluster(16, SPEED, (disk,) * 4)).seconds

    assert seconds(1) < seconds(None) / 2


def test_the_same_seed_gives_the_same_outcome() -> None:
    cluster = Cluster(16, SPEED, (STORAGE,), **TROUBLE)

    assert simulate.simulate(tailed(), cluster, 3) == simulate.simulate(tailed(), cluster, 3)
    assert simulate.simulate(tailed(), cluster, 3) != simulate.simulate(tailed(), cluster, 4)


def test_predictions_on_record_are_within_a_fifth_of_real_runs() -> None:
    real = RESULTS["real"]

    assert [each["corpus"] for each in real] == ["small", "large", "tailed"]
    for each in real:
        assert len(each["samples"]) == 5
        error = 100 * (each["predicted"] / each["median"] - 1)
        assert each["error"] == pytest.approx(error, abs=0.01)
        assert abs(error) < 20
    assert not {each["corpus"] for each in RESULTS["samples"]} & {each["corpus"] for each in real}
    assert not RESULTS.get("brief")


def machine() -> scenarios.Machine:
    found = RESULTS["calibration"]
    speed = Speed(*(found[name] for name in Speed._fields))
    return scenarios.Machine(speed, RESULTS["dask"])


def rounded(point: dict[str, Any]) -> dict[str, Any]:
    return {n: float(f"{v:.4g}") if isinstance(v, float) else v for n, v in point.items()}


def test_what_is_on_record_is_what_the_simulation_says() -> None:
    assert [rounded(each) for each in scenarios.by_readers(machine())] == RESULTS["readers"]
    loads = scenarios.shards_of("many", None)
    points = [each for each in RESULTS["workers"] if each["set"] == "many"]
    assert len(points) == 2 * len(scenarios.WORKERS)
    for each in points[4::4]:
        cluster = machine().cluster(each["workers"], trouble=each["trouble"])
        assert rounded(scenarios.point("many", loads, cluster)) == each
    assert RESULTS["sets"] == {name: each.described for name, each in scenarios.SETS.items()}


def test_the_page_has_the_figures_that_are_on_record_and_all_of_them() -> None:
    used = re.findall(r"\{\{ (\w+) \}\}", PAGE)

    assert set(used) == set(scale_figures.figures())
    assert len(used) >= 60


def test_no_figure_of_a_result_is_typed_into_the_page() -> None:
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|\{\{.*?\}\}", "", PAGE)

    numbers = set(re.findall(r"\d[\d,.]*\d|\d", text))

    # Of the package, of S3, of workers that were asked about, and of SHA-256.
    assert numbers <= {"1,000", "4,096", "1,024", "8", "16", "64", "100", "200", "256", "1", "3"}


def test_charts_of_the_page_are_there() -> None:
    charts = re.findall(r"\]\((_static/bench/[\w-]+\.svg)\)", PAGE)

    assert len(charts) == 4
    assert all((ROOT / "docs" / name).is_file() for name in charts)
