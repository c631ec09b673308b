"""rapidocr's three models: one finds lines of text in a picture, one tells which are upside down, one reads them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.core.cancel import CancelToken

Picture = NDArray[np.uint8]
"""Height x width x 3, red first."""
Quads = NDArray[np.float32]
"""Lines x 4 corners (top left, top right, bottom right, bottom left) x (x, y)."""

LINE_HEIGHT = 48
"""The height of a line as the reading model takes it, in pixels."""
_FILES = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
_MAX_THREADS = 4
_CERTAIN = 0.9


@dataclass(frozen=True)
class ReadLine:
    """What a line says: its text, how sure that is (0 to 1), and how far along the line the middle of each of its
    characters that is no space stands (0 to 1)."""

    text: str
    score: float
    middles: tuple[float, ...]


class OcrModels:
    """The models, loaded from rapidocr's own folder: nothing is ever downloaded, a missing one is an error."""

    def __init__(self) -> None:
        import cv2
        import rapidocr
        from rapidocr.ch_ppocr_cls import TextClassifier
        from rapidocr.ch_ppocr_det import TextDetector
        from rapidocr.ch_ppocr_rec import TextRecognizer
        from rapidocr.main import DEFAULT_CFG_PATH
        from rapidocr.utils.log import logger
        from rapidocr.utils.parse_parameters import ParseParams

        logger.setLevel("ERROR")
        cv2.setNumThreads(1)
        settings = ParseParams.load(DEFAULT_CFG_PATH)
        settings._set_flag("allow_objects", True)
        for part, file in _FILES.items():
            settings[part].session = _session(Path(rapidocr.__file__).parent / "models" / file)
        # The picture is brought to its size before: here it is only rounded to what the model takes.
        settings.Det.limit_type, settings.Det.limit_side_len = "max", 100_000
        # A line at once: padding it to the length of another one costs more than a batch saves on a processor.
        settings.Rec.rec_batch_num, settings.Rec.rec_img_shape = 1, [3, LINE_HEIGHT, LINE_HEIGHT]
        settings.Rec.font_path = ""  # for pictures of results, which nobody asks for
        self._find = TextDetector(settings.Det)
        self._upright = TextClassifier(settings.Cls)
        self._read = TextRecognizer(settings.Rec)

    def find(self, picture: Picture) -> Quads:
        """The corners of the lines of text in a picture."""
        found = self._find(_blue_first(picture)).boxes
        return np.zeros((0, 4, 2), np.float32) if found is None else np.asarray(found, np.float32)

    def upside_down(self, lines: Sequence[Picture]) -> bool:
        """Whether most of these lines on end seem to stand on their head once they are level."""
        votes = [label for label, score in self._upright(list(lines)).cls_res if score > _CERTAIN]
        return 2 * votes.count("180") > len(votes)

    def read(self, lines: Sequence[Picture], cancel: CancelToken) -> list[ReadLine]:
        """Read lines of text. Raises Cancelled between one and the next."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        read = []
        for line in lines:
            cancel.check()
            out = self._read(TextRecInput([_blue_first(line)], return_word_box=True))
            (words,) = out.word_results
            columns = [column for word in words.word_cols for column in word]
            length = max(words.line_txt_len, 1.0)
            middles = tuple(min((column + 0.5) / length, 1.0) for column in columns)
            read.append(ReadLine(out.txts[0], float(out.scores[0]), middles))
        return read


def usable_cores() -> int:
    """The processor cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _session(model: Path) -> Any:
    """A model of the wheel, on the processor. Beyond a few threads its small layers gain nothing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(usable_cores(), _MAX_THREADS)
    # A thread that waits in a loop takes the core that the window, the embedder or another thread needs: with all
    # cores busy, that costs three quarters more.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # it keeps the memory of the largest page for good
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _blue_first(picture: Any) -> Any:
    return np.ascontiguousarray(picture[:, :, ::-1])
