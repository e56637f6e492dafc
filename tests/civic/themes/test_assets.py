# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fonts are copied from npm's folder to where the style sheets look for them."""

import json
import re
from pathlib import Path

import pytest

from tools import assets

ROOT = Path(__file__).resolve().parents[3]


def fake_modules(folder):
    for package, files, _licence in assets.FONTS:
        (folder / package / "files").mkdir(parents=True)
        (folder / package / "LICENSE").write_text("OFL")
        for name in files:
            (folder / package / "files" / name).write_bytes(b"wOF2" + name.encode())
    return folder


def test_each_font_the_sheet_names_is_copied_with_its_licence(tmp_path):
    written = assets.copy_fonts(fake_modules(tmp_path / "node_modules"), tmp_path / "vendor")
    sheet = (ROOT / "civic" / "static" / "css" / "webfonts.css").read_text(encoding="utf-8")
    named = set(re.findall(r"\.\./vendor/fonts/([\w.-]+)", sheet))
    names = {path.name for path in written}
    assert named == {name for name in names if name.endswith(".woff2")}
    assert len(names - named) == len(assets.FONTS)
    assert all(path.is_file() for path in written)


def test_an_incomplete_installation_is_named(tmp_path):
    modules = fake_modules(tmp_path / "node_modules")
    package, files, _licence = assets.FONTS[0]
    (modules / package / "files" / files[0]).unlink()
    with pytest.raises(FileNotFoundError, match=re.escape(files[0])):
        assets.copy_fonts(modules, tmp_path / "vendor")


def test_without_npm_one_line_says_so_and_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(assets, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    assert assets.main() == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert not (tmp_path / "vendor").exists()


def test_the_lock_names_no_host():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    for package in packages:
        assert "resolved" not in package
        assert package["integrity"].startswith("sha512-")
