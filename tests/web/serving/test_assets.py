"""web.serving.assets: static files under the hash of them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from yarl import URL

from tests.support.desk import Desk
from web.keys import ASSETS
from web.serving.assets import Assets


async def test_a_file_under_its_hash_is_kept_for_a_year(desk: Desk) -> None:
    """A module that another one imports by a relative name inherits the hash."""
    async with desk.browser() as browser:
        url = desk.app[ASSETS].url("js/family.js")
        answer = await browser.get(url)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/static/js/family.js", "/static/v-000000000000/js/family.js"])
async def test_a_file_under_another_name_must_be_asked_for_again(desk: Desk, path: str) -> None:
    """An old page after an upgrade gets today's file, and no cache keeps it under yesterday's name."""
    async with desk.browser() as browser:
        answer = await browser.get(path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        again = await browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status == 304


async def test_text_is_compressed_for_those_who_take_it(desk: Desk) -> None:
    """The same bytes after unpacking, far fewer on the way."""
    async with desk.browser() as browser:
        url = desk.app[ASSETS].url("css/base.css")
        packed = await browser.get(url, headers={"Accept-Encoding": "gzip"})
        plain = await browser.get(url, headers={"Accept-Encoding": "identity"})
        assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 2
        assert await packed.read() == await plain.read()


@pytest.mark.parametrize(
    "path",
    ["nothing.js", "../app.py", "js", "js/../../app.py", "%2e%2e/app.py", "js/%2e%2e/%2e%2e/app.py", "v-1/js/x.js"],
)
async def test_nothing_else_is_served(desk: Desk, path: str) -> None:
    """No folder, nothing outside, no other kind of file."""
    async with desk.browser() as browser:
        assert (await browser.get(URL(f"/static/{path}", encoded=True))).status == 404


def test_any_changed_byte_changes_the_hash(tmp_path: Path) -> None:
    """Content, and names."""
    (tmp_path / "a.css").write_text("a{}")
    first = Assets(tmp_path).version
    assert Assets(tmp_path).version == first
    (tmp_path / "a.css").write_text("b{}")
    second = Assets(tmp_path).version
    (tmp_path / "a.css").rename(tmp_path / "c.css")
    assert len({first, second, Assets(tmp_path).version}) == 3


def test_a_way_out_of_the_tree_is_no_file(tmp_path: Path) -> None:
    """Neither dots nor a link that leads outside."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "secret.js").write_text("x")
    (tmp_path / "tree" / "link.js").symlink_to(tmp_path / "secret.js")
    assets = Assets(tmp_path / "tree")
    assert assets.find("../secret.js") is None
    assert assets.find("link.js") is None
