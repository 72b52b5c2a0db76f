from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.capacity import BEGIN, END, NAMES, capacity, read_measurements, write_page
from eval.growth import Growth
from eval.topologies import TOPOLOGIES, Limits, Prices, cores_for, end_of
from index.errors import InvalidRequest

ROOT = Path(__file__).parents[2]
PRICES = Prices(core=10, memory_gigabyte=4, disk_gigabyte=0.1)
SIZES = (1_000, 10_000, 100_000)


@pytest.fixture
def measurements(tmp_path: Path) -> Path:
    """Every figure is 100 and a thousandth of the passages; a question takes half a second, a passage 36 ms."""
    search = {str(size): dict.fromkeys(NAMES, 100 + size / 1000) for size in SIZES}
    (tmp_path / "search.json").write_text(json.dumps(search))
    for size in SIZES:
        grown = size / 1000
        engines = {
            name: {
                "server_megabytes": 50 + grown, "disk_megabytes": grown, "client_megabytes": 500 + more * grown / 10,
                "p50_ms": more + grown / 100,
            }
            for name, more in (("embedded", 3), ("chroma", 2), ("pgvector", 2))
        }  # fmt: skip
        engines["embedded"]["p50_ms"] = 0.5
        (tmp_path / f"engines-{size}.json").write_text(json.dumps({"passages": size, "engines": engines}))
    (tmp_path / "cost.json").write_text(
        json.dumps({"question_processor_seconds": 0.5, "passage_processor_seconds": 0.036})
    )
    return tmp_path


def test_both_laws_go_through_what_follows_both() -> None:
    growth = Growth.through({100: 2.0, 1_000: 20.0, 10_000: 200.0})

    foretold = growth.at(1_000_000)

    assert foretold.low == pytest.approx(20_000)
    assert foretold.high == pytest.approx(20_000)
    assert growth.surprise() == pytest.approx(0)


def test_what_was_measured_stays_as_it_is() -> None:
    growth = Growth.through({100: 3.0, 1_000: 5.0, 10_000: 31.0})

    assert growth.at(1_000).low == growth.at(1_000).high == 5.0
    assert growth.at(550).low == pytest.approx(4.0)


def test_a_figure_with_a_constant_part_lies_between_the_laws() -> None:
    growth = Growth.through({size: 100 + size / 1000 for size in SIZES})

    foretold = growth.at(1_000_000)

    assert foretold.low < 1_100 <= foretold.high * 1.001


def test_a_jump_at_the_largest_size_is_told() -> None:
    surprise = Growth.through({100: 2.0, 1_000: 20.0, 10_000: 400.0}).surprise()

    assert surprise == pytest.approx(0.5)


@pytest.mark.parametrize("measured", [{100: 2.0}, {100: 0.0, 1_000: 3.0}])
def test_growth_needs_two_figures_above_nothing(measured: dict[int, float]) -> None:
    with pytest.raises(ValueError, match="two sizes"):
        Growth.through(measured)


def test_more_passages_never_take_less(measurements: Path) -> None:
    measured = read_measurements(measurements)

    for topology in TOPOLOGIES:
        memory = [topology.memory(measured, size).high for size in (*SIZES, 1_000_000, 10_000_000)]
        months = [topology.month(measured, size, PRICES).high for size in (*SIZES, 1_000_000, 10_000_000)]
        assert memory == sorted(memory)
        assert months == sorted(months)


def test_the_end_is_where_the_first_limit_is_met(measurements: Path) -> None:
    measured = read_measurements(measurements)
    room = Limits(memory=1e9, disk=1e9, search=1e9)
    slow = Limits(memory=1e9, disk=1e9, search=600)

    assert end_of(TOPOLOGIES[0], measured, room, 10_000_000) == (10_000_000, "")
    passages, reason = end_of(TOPOLOGIES[0], measured, slow, 10_000_000)
    assert reason == "time of a search"
    assert measured.at("hybrid_p95_ms", passages).high <= 600
    assert measured.at("hybrid_p95_ms", passages * 12 // 10).high > 600


def test_a_server_of_vectors_takes_their_bytes_from_the_others_and_some_time(measurements: Path) -> None:
    measured = read_measurements(measurements)
    own, chroma = TOPOLOGIES[1], TOPOLOGIES[2]
    before = {machine.name: machine for machine in own.machines(measured, 100_000)}["server"]
    after = {machine.name: machine for machine in chroma.machines(measured, 100_000)}

    assert after["vectors"].memory.high == pytest.approx(150)
    assert after["server"].memory.high == pytest.approx(before.memory.high - 10)
    assert after["server"].disk.high == pytest.approx(before.disk.high - 3 * 100)
    assert chroma.search(measured, 100_000).high == pytest.approx(own.search(measured, 100_000).high + 2.5)


def test_cores_leave_room_for_questions_that_come_together(measurements: Path) -> None:
    assert cores_for(read_measurements(measurements), 3600) == pytest.approx(1.0)


def test_a_page_is_written_between_its_marks(measurements: Path, tmp_path: Path) -> None:
    page = tmp_path / "scaling.md"
    page.write_text(f"before\n{BEGIN}\nearlier figures\n{END}\nafter\n")
    measured = read_measurements(measurements)

    write_page(page, capacity(measured, PRICES, Limits(24_000, 500_000, 80)), measured)

    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "earlier figures" not in text
    for image in tmp_path.joinpath("scaling").iterdir():
        assert f"(scaling/{image.name})" in text
        assert "<svg" in image.read_text()


def test_measurements_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="does not hold"):
        read_measurements(tmp_path)


def test_measurements_without_those_of_the_engines_are_refused(measurements: Path) -> None:
    for file in measurements.glob("engines*.json"):
        file.unlink()

    with pytest.raises(InvalidRequest, match=r"no engines\*\.json"):
        read_measurements(measurements)


def test_the_pages_figures_are_those_of_its_measurements(tmp_path: Path) -> None:
    page = tmp_path / "scaling.md"
    shown = (ROOT / "docs" / "scaling.md").read_text("utf-8")
    page.write_text(shown, "utf-8")
    measured = read_measurements(ROOT / "docs" / "measurements")

    write_page(page, capacity(measured, PRICES, Limits(24_000, 500_000, 80)), measured)

    assert page.read_text("utf-8") == shown
    for image in (tmp_path / "scaling").iterdir():
        assert image.read_text() == (ROOT / "docs" / "scaling" / image.name).read_text()
