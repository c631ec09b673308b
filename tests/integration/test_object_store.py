"""A collection in an object store: the same code path as at home, and what goes wrong there in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import StorageError
from desktop.core.library_requests import CollectionSetup, Search
from desktop.core.paths import Paths
from desktop.services.all import Services
from tests.s3_server import object_store
from tests.support import wait_until, write_files


def test_a_collection_lives_in_an_object_store_and_its_troubles_are_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with object_store() as store:
        store.make_bucket("library")
        for name, value in {
            "AWS_ENDPOINT": store.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }.items():
            monkeypatch.setenv(name, value)
        services = Services(Paths(home, Paths.default().program))
        request.addfinalizer(services.close)
        starter = services.keeping.embedders()[0]
        paths = write_files(
            tmp_path / "in", a="The key hangs beside the door.", b="The lift is repaired in May."
        )
        collection = services.library.create_collection("Notes")
        list(services.importing.import_files(paths, collection.id))

        def found(words: str) -> list[str]:
            return [one.document for one in services.searching.search(Search(collection.id, words, 3)).hits]

        with pytest.raises(StorageError, match="There is no such bucket"):
            list(services.keeping.change(collection.id, starter, "s3://nobody/notes"))
        assert services.keeping.setup(collection.id).place == ""
        assert found("key door")[0] == "a.txt"

        place = "s3://library/notes"
        list(services.keeping.change(collection.id, starter, place))
        assert services.keeping.setup(collection.id) == CollectionSetup("", place)
        assert found("key door")[0] == "a.txt"
        (later,) = write_files(tmp_path / "in", c="The bicycle cellar has a new lamp.")
        list(services.importing.import_files([later], collection.id))
        # Another process searches: it looks for newer versions every two seconds.
        assert wait_until(lambda: found("lamp cellar")[0] == "c.txt")
        document = next(one for one in services.library.documents(collection.id) if one.name == "a.txt")
        list(services.library.remove([document.id]))
        assert wait_until(lambda: "a.txt" not in found("key door"))
        told = [(one.address, one.purpose) for one in services.endpoints.connections()]
        assert (place, "Opened the passages of Notes") in told

        store.ask_for_keys()
        with pytest.raises(StorageError, match="does not accept the key"):
            list(services.keeping.change(collection.id, starter, "s3://library/other"))
        store.forget_keys()
        assert found("lamp cellar")[0] == "c.txt"

        store.stop()
        with pytest.raises(StorageError, match="cannot be reached"):
            found("lamp")
