"""A backup brings back the database, the secret key and the media; a file that is none is refused in a sentence."""

import base64
import tarfile
from pathlib import Path

import psycopg
import pytest

from runtime import backup
from runtime.errors import CannotStart
from runtime.folder import Folder
from runtime.services import postgres


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    tmp_path.chmod(0o755)
    return Folder(tmp_path / "data")


def execute(folder: Folder, query: str) -> list[tuple[object, ...]]:
    with backup._database(folder) as url, psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(query)
        return done.fetchall() if done.description else []


@pytest.mark.timeout(120)
def test_what_was_backed_up_comes_back(folder: Folder, tmp_path: Path) -> None:
    execute(folder, "CREATE SCHEMA acme; CREATE TABLE acme.note AS SELECT '[1,2]'::extensions.halfvec AS v, '应答' AS t")
    (folder.path / "media").mkdir()
    (folder.path / "media" / "a.txt").write_text("a")
    key = folder.secret("secret_key")
    backup.make(folder, tmp_path / "kept.tar")
    assert (tmp_path / "kept.tar").stat().st_mode & 0o077 == 0

    other = Folder(tmp_path / "other")
    other.prepare()
    other.secret("secret_key")
    backup.restore(other, tmp_path / "kept.tar")

    assert execute(other, "SELECT v::text, t FROM acme.note") == [("[1,2]", "应答")]
    assert other.secret("secret_key") == key
    assert (other.path / "media" / "a.txt").read_text() == "a"
    assert postgres.ensure_cluster(other) is False


@pytest.mark.timeout(120)
def test_the_master_key_is_not_in_it_and_who_restores_without_is_told(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "VALKEY_URL", "YINGDA_MASTER_KEYS"):
        monkeypatch.delenv(name, raising=False)
    execute(folder, "CREATE SCHEMA acme; CREATE TABLE acme.workspace_datakey AS SELECT 'own-1'::text AS master")
    key = f"own-1:{base64.b64encode(bytes(range(32))).decode()}"
    (folder.path / "master.key").write_text(key)
    monkeypatch.setenv("YINGDA_DATA_DIR", str(folder.path))
    assert backup.main(["make", str(tmp_path / "kept.tar")]) == 0
    assert f"keep {folder.path / 'master.key'} as well" in capsys.readouterr().out
    with tarfile.open(tmp_path / "kept.tar") as tar:
        assert not any(b"own-1:" in tar.extractfile(each).read() for each in tar if each.isfile())  # type: ignore[union-attr]

    monkeypatch.setenv("YINGDA_DATA_DIR", str(tmp_path / "other"))
    assert backup.main(["restore", str(tmp_path / "kept.tar")]) == 0
    assert "the master keys own-1 are not here, and no backup holds them" in capsys.readouterr().err
    monkeypatch.setenv("YINGDA_MASTER_KEYS", key)
    assert backup.main(["restore", str(tmp_path / "kept.tar")]) == 0
    assert "master keys" not in capsys.readouterr().err


def test_a_file_that_is_no_backup_is_refused(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "nonsense").write_text("nonsense")
    with pytest.raises(CannotStart, match="not a backup that can be read"):
        backup.restore(folder, tmp_path / "nonsense")
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    with pytest.raises(CannotStart, match="holds no database"):
        backup.restore(folder, tmp_path / "empty.tar")
