"""Linear layers whose products are of whole numbers of eight bits: half the time of bfloat16 where the processor can.

Weights have a scale for each output and rows one each, so that a text's numbers do not depend on the texts beside it.
What GELU gives has few large numbers and none below -.17, so its steps begin there. A vector of the bundled model then
has a cosine of .999 to the one of exact products, and .997 once it is whitened.
"""

from __future__ import annotations

import torch
from torch import Tensor

_STEPS = 127
_LOWEST = 128
"""How far the steps lie lower while they are signed."""
_NARROWEST = 1e-20
"""Reach of rows that are all zero."""
_GELU_ZERO, _GELU_STEPS = 20, 235
"""GELU is never below -.17; with these, and with rows taken to reach `_GELU_REACH` at least, that is step 0 or more."""
_GELU_REACH = 2.0


def is_fast_here() -> bool:
    """Whether this processor adds up products of eight-bit numbers in one step, and PyTorch makes use of it."""
    capabilities = torch.cpu.get_capabilities()
    native = capabilities.get("avx512_vnni") or capabilities.get("amx_int8")
    return bool(native) and hasattr(torch.ops.onednn, "qlinear_pointwise")


class _EightBitProduct:
    """With a weight, shape (outputs, inputs), of which every output has its scale, and a bias."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        exact = weight.float()
        self._scales = exact.abs().amax(1).div_(_STEPS)
        whole = (exact / self._scales.unsqueeze(1)).round_().to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(whole, None)
        self._zeros = torch.zeros(len(whole), dtype=torch.int64)
        self._bias = bias.float()

    def _of(self, steps: Tensor, zero: int, scales: Tensor) -> Tensor:
        """Of `(steps + 128 - zero) * scales`, where the steps lie between -128 and 127; they are changed."""
        # Signed numbers are converted many at a time; turning the highest bit adds 128 to them.
        unsigned = steps.round_().to(torch.int8).view(torch.uint8).bitwise_xor_(_LOWEST)
        product = torch.ops.onednn.qlinear_pointwise(
            unsigned, 1.0, zero, self._weight, self._scales, self._zeros, None, 1.0, 0, torch.float32, "none", [], ""
        )
        return torch.addcmul(self._bias, product, scales)


class EightBitLinear(_EightBitProduct):
    """`rows @ weight.T + bias` for rows in float32, shape (n, inputs)."""

    def __call__(self, rows: Tensor) -> Tensor:
        reach = torch.maximum(rows.amax(1, keepdim=True), rows.amin(1, keepdim=True).neg_())
        scales = reach.clamp_(min=_NARROWEST).div_(_STEPS)
        return self._of(rows / scales, _LOWEST, scales)


class EightBitAfterGelu(_EightBitProduct):
    """`rows @ weight.T + bias` for rows in float32 that GELU gave, shape (n, inputs)."""

    def __call__(self, rows: Tensor) -> Tensor:
        scales = rows.amax(1, keepdim=True).clamp_(min=_GELU_REACH).div_(_GELU_STEPS)
        return self._of((rows / scales).add_(_GELU_ZERO - _LOWEST), _GELU_ZERO, scales)
