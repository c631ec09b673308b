"""Writes an embedder once in the form that this computer's processor runs fastest, and proves it equal first.

`python -m desktop.engines.convert_embedder FOLDER` is a step of set-up and of packaging; the library's child
process does the same for an embedder that has not been converted yet.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

CONVERTED = "openvino/model.xml"
SAME_COSINE = 0.995
"""The least cosine between a text's vector before and after: lower would change what is found."""

PROBES = (
    "The notice period is six months to the end of a quarter.",
    "Heating",
    "How long does delivery take, and who pays for a late one?",
    "Rows of figures: 12.4, 18.9, 2,300 EUR; the sum is given in table 4 on page 17 of the annual report. "
    * 5,
)


def convert(folder: Path) -> Path:
    """Write `folder`'s encoder as `openvino/model.xml` beside it and return that path.

    The written model takes token ids and mask (batch, length) and returns pooled vectors of length one (batch,
    dimensions). Raises ValueError if its vectors differ from torch's; any library error passes through.
    """
    import openvino
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    encoder = _torch_encoder(folder)
    # The front end is called directly: openvino.convert_model would report its use over the network.
    frontend = FrontEndManager().load_by_framework("pytorch")
    decoder = TorchScriptPythonDecoder(encoder, example_input=_example())
    model = frontend.convert(frontend.load(decoder))
    for port, name in zip(model.inputs, ("input_ids", "attention_mask"), strict=True):
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
        port.get_node().set_element_type(openvino.Type.i64)
        port.tensor.set_names({name})
    model.validate_nodes_and_infer_types()
    target = folder / CONVERTED
    beside = target.with_name("new.xml")
    target.parent.mkdir(exist_ok=True)
    openvino.save_model(model, str(beside), compress_to_fp16=True)
    _check(folder, beside, encoder)
    os.replace(beside.with_suffix(".bin"), target.with_suffix(".bin"))
    os.replace(beside, target)  # last: its presence says that the pair is whole
    return target


def _example() -> dict[str, Any]:
    import torch

    ones = torch.ones(2, 16, dtype=torch.long)
    return {"input_ids": ones, "attention_mask": ones}


def _torch_encoder(folder: Path) -> Any:
    """The encoder exactly as sentence-transformers runs it: with its pooling and what else the folder names."""
    import torch
    from sentence_transformers import SentenceTransformer

    # Eager attention: the fused one takes a path at tracing time that depends on the mask's values.
    model = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    ).eval()
    typed = "token_type_ids" in model.tokenizer.model_input_names

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if typed:
                features["token_type_ids"] = torch.zeros_like(input_ids)
            return torch.nn.functional.normalize(self.body(features)["sentence_embedding"], dim=1)

    return Encoder().eval()


def _check(folder: Path, converted: Path, encoder: Any) -> None:
    """Raise ValueError unless both ways give the same vectors."""
    import torch

    from desktop.engines.embedding import OpenVinoBackend, load_tokenizer

    tokenizer = load_tokenizer(folder)
    backend = OpenVinoBackend(converted)
    for text in PROBES:
        ids = torch.tensor([tokenizer.encode(text).ids[:256]])
        with torch.inference_mode():
            expected = encoder(ids, torch.ones_like(ids))[0].numpy()
        got = backend.encode([ids[0].tolist()])[0]
        cosine = float(expected @ got)
        if cosine < SAME_COSINE:
            raise ValueError(f"the converted embedder differs from the original (cosine {cosine:.4f})")


if __name__ == "__main__":
    print(convert(Path(sys.argv[1])))
