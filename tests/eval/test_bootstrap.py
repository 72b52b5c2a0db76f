"""Intervals of means, against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from eval.bootstrap import interval


def test_of_equal_values_is_a_point() -> None:
    found = interval(np.full(50, 0.25))
    assert (found.mean, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))


def test_of_one_value_is_that() -> None:
    assert interval(np.array([0.5])).figures() == {"mean": 0.5, "low": 0.5, "high": 0.5}


def test_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no queries"):
        interval(np.array([]))


def test_is_as_wide_as_the_normal_one() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 400)
    found = interval(values)
    expected = 1.96 * values.std() / 20
    assert found.mean - found.low == pytest.approx(expected, rel=0.15)
    assert found.high - found.mean == pytest.approx(expected, rel=0.15)


def test_is_the_same_every_time() -> None:
    values = np.random.default_rng(2).random(100)
    assert interval(values) == interval(values.copy())


def test_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    found = [interval(random.random(60)) for _ in range(300)]
    assert 0.9 <= np.mean([each.low <= 0.5 <= each.high for each in found]) <= 0.98


def test_differences_are_paired() -> None:
    """Two systems that vary together: their difference is known far better than either."""
    one = np.random.default_rng(4).random(200)
    difference = interval(one + 0.01 - one)
    assert (difference.low, difference.high) == pytest.approx((0.01, 0.01))
    assert interval(one).high - interval(one).low > 0.05
