"""Which models are on this computer, and which one answers."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Sequence
from pathlib import Path

from desktop.core.chat_requests import AdapterUse, LoadModel
from desktop.core.endpoints import PREFIX, Endpoint, EndpointPurpose
from desktop.core.errors import StorageError, UserError
from desktop.core.model_parts import first_part, is_whole, parts_of, size_of, stem
from desktop.core.model_settings import ModelSettings
from desktop.core.models import PROJECTOR, ModelFormat, ModelSpec, Purpose, installed_reranker
from desktop.core.paths import Paths
from desktop.core.remote_requests import RemoteModel
from desktop.services.endpoints import Endpoints
from desktop.services.settings import SettingsService
from desktop.store.models import ModelStore

SMALL_MODEL_BYTES = 800_000_000
"""Below this a model is better with the few best sentences than with whole passages."""
_ANSWERING = (Purpose.CHAT, Purpose.VISION)


class Models:
    """The two starter models, those in the registry, GGUF files that somebody put into the models folder, and the
    addresses that are switched on."""

    def __init__(
        self, paths: Paths, settings: SettingsService, endpoints: Endpoints, store: ModelStore
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._endpoints = endpoints
        self._store = store
        self._chosen: str | None = None

    def choosing(self, path: str) -> Models:
        """The same, with another model in use, '' for the starter; what is saved as the person's choice stays."""
        made = copy.copy(self)
        made._chosen = path
        return made

    def installed(self) -> list[ModelSpec]:
        """All models whose files are there: the starters first, then in the order of adding."""
        known = [spec for spec in self._store.all() if is_whole(Path(spec.path)) and not spec.starter]
        paths = {spec.path for spec in known}
        loose = [_spec(path) for path in self._loose() if str(path) not in paths]
        return [self._starter(), *self._starter_embedder(), *known, *loose]

    def missing(self) -> list[ModelSpec]:
        """Models whose files are gone, for example with a drive, or of which some parts alone lie in our folder."""
        known = self._store.all()
        gone = [spec for spec in known if not (spec.starter or is_whole(Path(spec.path)))]
        paths = {spec.path for spec in known}
        return [*gone, *(_spec(path) for path in self._orphaned() if str(path) not in paths)]

    def chat_models(self) -> list[ModelSpec]:
        """Those that can answer: the starter model first, those at other addresses last."""
        remote = [
            _remote(one)
            for one in self._endpoints.list()
            if one.enabled and one.purpose is not EndpointPurpose.EMBEDDING
        ]
        return [*(spec for spec in self.installed() if can_answer(spec)), *remote]

    def remote_embedders(self) -> list[ModelSpec]:
        """The addresses that are switched on and embed."""
        return [_remote(one) for one in self._endpoints.embedders()]

    def current(self) -> ModelSpec:
        """The model that answers: the one chosen in Settings while it is there and switched on, else the starter."""
        chosen = self._wanted
        if (endpoint := self._endpoints.chosen(chosen)) is not None:
            return _remote(endpoint)
        if chosen and Path(chosen).is_file() and is_whole(Path(chosen)):
            return self._store.at(chosen) or _spec(Path(chosen))
        return self._starter()

    def use(self, model_id: str) -> None:
        """Let a model answer, or sort what searches find, from now on. Raises UserError if it cannot."""
        sorting = [one for one in self.installed() if one.purpose is Purpose.RERANKING]
        if (reranker := next((one for one in sorting if model_id in (one.id, one.path)), None)) is not None:
            self._settings.change(reranker=reranker.path)
            return
        spec = next((one for one in self.chat_models() if model_id in (one.id, one.path)), None)
        if spec is None:
            raise UserError("This model cannot chat.", "Choose another.")
        self._settings.change(chat_model="" if spec.starter else spec.path)

    def to_load(self) -> LoadModel | RemoteModel:
        """How an engine is to load the current model, or to ask it."""
        settings = self._settings.current
        if (endpoint := self._endpoints.chosen(self._wanted)) is not None:
            return self._endpoints.to_ask(endpoint)
        current = self.current()
        settings = settings.for_model(settings_key(current))
        return LoadModel(
            current.path,
            settings.context_size,
            settings.threads,
            settings.gpu_layers,
            settings.flash_attention,
            settings.cache_type,
            settings.models_memory_mb,
        )

    def settings_of(self, spec: ModelSpec) -> ModelSettings:
        """How a model runs, where that differs from the other models."""
        return self._settings.current.model_settings.get(settings_key(spec), ModelSettings())

    def set_settings(self, spec: ModelSpec, wanted: ModelSettings, *, only_now: bool = False) -> None:
        """Let a model run in this way from its next answer on; what is None is decided by Deskside again.

        `only_now` keeps it for this process. Raises StorageError.
        """
        kept = {**self._settings.current.model_settings, settings_key(spec): wanted}
        change = self._settings.use if only_now else self._settings.change
        change(model_settings={key: one for key, one in kept.items() if one.own})

    def has_answered(self) -> None:
        """Keep that the current model works: it is offered where another one fails."""
        path = self.current().path
        if self._settings.current.last_chat_model != path:
            self._settings.change(last_chat_model=path)

    def fallback(self) -> ModelSpec | None:
        """What can answer where the current model fails: the last one that did, else the starter; None without one."""
        current = self.current().path
        others = [spec for spec in self.chat_models() if spec.path != current]
        last = self._settings.current.last_chat_model
        return next((spec for spec in others if spec.path == last), None) or next(
            (spec for spec in others if spec.starter), None
        )

    def adapters(self) -> list[ModelSpec]:
        """The LoRA adapters that belong to the current model, or to the same model in another quantization."""
        current, known = self.current(), {spec.path: spec for spec in self.installed()}
        return [
            spec
            for spec in known.values()
            if spec.purpose is Purpose.ADAPTER
            and spec.format is ModelFormat.GGUF
            and _is_same_model(known.get(spec.base), current)
        ]

    def switched_on(self, chosen: Sequence[AdapterUse]) -> tuple[AdapterUse, ...]:
        """Of the adapters chosen for a chat, those of the current model: the others wait until theirs answers again."""
        fitting = {spec.path for spec in self.adapters()} if chosen else set()
        return tuple(one for one in chosen if one.path in fitting and one.strength != 0)

    def reranker(self) -> ModelSpec | None:
        """The reranker that searches may use; None where the person has installed none."""
        return installed_reranker(self._paths.models, self._settings.current.reranker)

    def sees(self) -> bool:
        """Whether the current model is shown pictures."""
        wanted = self.to_load()
        return isinstance(wanted, RemoteModel) and wanted.sees

    def is_small(self) -> bool:
        """Whether the current model is better with the few best sentences than with whole passages."""
        current = self.current()
        return not current.host and current.size_bytes < SMALL_MODEL_BYTES

    def named(self, wanted: str) -> ModelSpec:
        """A model by its id, name or path. Raises UserError."""
        for spec in (*self.installed(), *self.missing()):
            if wanted in (spec.id, spec.path) or wanted.casefold() == spec.name.casefold():
                return spec
        raise UserError(
            f"There is no model named “{wanted}”.", "`deskside models list` shows those there are."
        )

    def remove(self, spec: ModelSpec) -> None:
        """Forget a model and delete its file, unless it is only linked or lies elsewhere. Raises UserError."""
        if spec.starter:
            raise UserError("The starter models come with the program and stay.")
        if spec.id:
            self._store.remove(spec.id)
        if self._settings.current.chat_model == spec.path:
            self._settings.change(chat_model="")
        for path in (part for one in (spec.path, spec.projector) if one for part in parts_of(Path(one))):
            if not spec.linked or path.is_symlink():  # the link that we made goes, what it leads to stays
                self._delete(path)

    @property
    def _wanted(self) -> str:
        """The path of the model that is to answer, or its address; '' for the starter."""
        return self._settings.current.chat_model if self._chosen is None else self._chosen

    def _delete(self, path: Path) -> None:
        """Delete what lies in the models folder, nothing else."""
        if self._paths.models not in path.parents:
            return
        try:
            if path.is_symlink() or path.is_file():
                path.unlink()
            elif path.is_dir():
                shutil.rmtree(path)
        except OSError as error:
            raise StorageError(
                f"{path.name} could not be deleted.", "Close what uses it, then delete it again.", str(error)
            ) from error

    def _orphaned(self) -> list[Path]:
        """The first parts, there or not, of models of which another part lies in our folder: renamed ones, say."""
        found = self._paths.models.glob("*.gguf") if self._paths.models.is_dir() else ()
        return sorted({first_part(path) for path in found if not is_whole(path)})

    def _loose(self) -> list[Path]:
        found = sorted(self._paths.models.glob("*.gguf")) if self._paths.models.is_dir() else []
        return [path for path in found if path == first_part(path) and is_whole(path)]

    def _starter(self) -> ModelSpec:
        path = str(self._paths.starter_chat_model)
        known = self._store.at(path)
        return ModelSpec(
            "SmolLM2 135M (starter)",
            path,
            size_of(Path(path)),
            starter=True,
            id=known.id if known else "",
            parameters=134_515_008,
            quantization="Q4_1",
            architecture="llama",
            context=8192,
            licence="Apache 2.0",
            tokens_per_second=known.tokens_per_second if known else 0.0,
        )

    def _starter_embedder(self) -> list[ModelSpec]:
        path = self._paths.starter_embedder
        if not path.is_dir():
            return []
        return [
            ModelSpec(
                "all-MiniLM-L6 (starter)",
                str(path),
                sum(one.stat().st_size for one in path.glob("*.safetensors")),
                starter=True,
                purpose=Purpose.EMBEDDING,
                format=ModelFormat.SENTENCE_TRANSFORMERS,
                parameters=22_713_728,
                quantization="F32",
                architecture="bert",
                context=256,
                licence="Apache 2.0",
            )
        ]


def settings_key(spec: ModelSpec) -> str:
    """What a model's own settings are kept by: its content where that is known, so that they move with the file."""
    return spec.sha256 or spec.path


def can_answer(spec: ModelSpec) -> bool:
    """Whether the chat can use it: a whole GGUF model, not the picture part of one."""
    return spec.format is ModelFormat.GGUF and spec.purpose in _ANSWERING and spec.architecture != PROJECTOR


def _is_same_model(base: ModelSpec | None, model: ModelSpec) -> bool:
    """Whether what was trained on `base` fits `model`."""
    if base is None or base.path == model.path:
        return base is not None
    known = bool(base.architecture) and base.parameters > 0
    return known and (base.architecture, base.parameters) == (model.architecture, model.parameters)


def _remote(endpoint: Endpoint) -> ModelSpec:
    purpose = {EndpointPurpose.EMBEDDING: Purpose.EMBEDDING, EndpointPurpose.VISION: Purpose.VISION}.get(
        endpoint.purpose, Purpose.CHAT
    )
    return ModelSpec(endpoint.name, PREFIX + endpoint.id, 0, host=endpoint.host, purpose=purpose)


def _spec(path: Path) -> ModelSpec:
    return ModelSpec(stem(path), str(path), size_of(path))
