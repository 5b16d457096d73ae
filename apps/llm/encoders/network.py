"""A network described step by step as an ONNX model, with its matrices rounded to 8 bits, and a session that computes it."""

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

_RUNTIMES_OWN = "com.microsoft"  # the domain of the operators that ONNX Runtime adds to the standard
SMOOTHING = 0.5  # the paper's: inputs and weights bear what is large half each

Floats = NDArray[np.float32]


def _largest_weight(machine: str, processor: str) -> int:
    """127, but 63 where the processor adds two products in 16 bits, which 255 × 127 × 2 would overflow: on x86 without VNNI."""
    return 63 if machine.lower() in ("x86_64", "amd64") and "vnni" not in processor else 127


def _processor() -> str:
    """Linux's description of the processor, VNNI among its flags."""
    try:
        return Path("/proc/cpuinfo").read_text()
    except OSError:
        return ""


LARGEST_WEIGHT = _largest_weight(platform.machine(), _processor())


class Network:
    """Each method adds a step and returns the name of what it gives."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._tensors: list[TensorProto] = []

    def linear(
        self, state: str, weights: Floats, bias: Floats | None, *, largest: Floats | None = None, alike: bool = False
    ) -> str:
        """state · weights + bias in whole numbers: columns of the (inputs, outputs) weights, and the state, become 8 bits.

        What is large makes all coarse that shares its scale. So rows of the state have scales of their own, unless they are
        `alike`, and by `largest`, how large each input grows, large ones are made smaller and their weights larger
        (SmoothQuant, Xiao et al. 2023, arXiv 2211.10438, equation 4).
        """
        if largest is not None:
            factor = _smoothing(largest, np.abs(weights).max(axis=1))
            state, weights = self.add("Mul", state, 1 / factor), weights * factor[:, None]
        scale = np.abs(weights).max(axis=0) / LARGEST_WEIGHT
        scale[scale == 0] = 1
        whole = np.round(weights / scale).astype(np.int8), scale
        if alike:
            return self.own("DynamicQuantizeMatMul", state, *whole, *(() if bias is None else ("", bias)))
        most = self.add("ReduceMax", self.add("Abs", state), np.array([-1]), keepdims=1)
        most = self.add("Max", most, np.array(1e-9, np.float32))
        product = self.add("Mul", self.own("DynamicQuantizeMatMul", self.add("Div", state, most), *whole), most)
        return product if bias is None else self.add("Add", product, bias)

    def add(self, operator: str, *inputs: str | NDArray[np.generic], **settings: Any) -> str:
        """One of the standard's operators; arrays become constants of the model."""
        return self.several(1, operator, *inputs, **settings)[0]

    def own(self, operator: str, *inputs: str | NDArray[np.generic], **settings: Any) -> str:
        """One of ONNX Runtime's own operators."""
        return self.add(operator, *inputs, domain=_RUNTIMES_OWN, **settings)

    def several(self, count: int, operator: str, *inputs: str | NDArray[np.generic], **settings: Any) -> list[str]:
        """An operator that gives several things."""
        named = [each if isinstance(each, str) else self._constant(each) for each in inputs]
        outputs = [f"{operator}.{len(self._nodes)}.{number}" for number in range(count)]
        self._nodes.append(helper.make_node(operator, named, outputs, **settings))
        return outputs

    def session(self, inputs: dict[str, Sequence[int | str]], outputs: Sequence[str], threads: int) -> "Session":
        """inputs: name → shape, with names for sizes that vary."""
        given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()]
        wanted = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self._nodes, "encoder", given, wanted, self._tensors)
        operators = [helper.make_opsetid("", 21), helper.make_opsetid(_RUNTIMES_OWN, 1)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=10)
        return Session(model.SerializeToString(), outputs, threads)

    def _constant(self, values: NDArray[np.generic]) -> str:
        name = f"constant.{len(self._tensors)}"
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name


def _smoothing(largest: Floats, weights: Floats) -> Floats:
    """The divisors of each input, computed from its largest value and its largest weight; their geometric mean is 1."""
    factor = np.maximum(largest, 1e-3) ** SMOOTHING / np.maximum(weights, 1e-3) ** (1 - SMOOTHING)
    smoothing: Floats = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
    return smoothing


class Session:
    """Thread-safe, and other threads run while it computes."""

    def __init__(self, model: bytes, outputs: Sequence[str], threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._outputs = list(outputs)
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(self, **inputs: Floats) -> list[Floats]:
        computed: list[Floats] = self._session.run(self._outputs, inputs)
        return computed
