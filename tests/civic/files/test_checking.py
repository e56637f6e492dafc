# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is sent is told by its content; a refusal names the file, says why and what to do."""

from io import BytesIO

import pytest
from flask import Flask
from flask_babel import Babel

from civic.files.checking import check_upload
from civic.files.names import clean_name, quoted
from civic.files.settings import FilesSettings
from civic.permissions.decision import Missing
from tests.civic.files import samples

LIMITS = FilesSettings()


@pytest.fixture(autouse=True)
def _in_english():
    """Sentences as they are written in the source."""
    app = Flask("sentences")
    Babel(app, default_locale="en")
    with app.app_context():
        yield


def check(name, content, limits=LIMITS):
    return check_upload(name, BytesIO(content), limits)


def refusal(name, content, limits=LIMITS):
    with pytest.raises(Missing) as error:
        check(name, content, limits)
    return error.value.fields["file"]


@pytest.mark.parametrize(
    "name, content, purpose, media_type, size",
    [
        ("vue.jpg", samples.picture("JPEG"), "picture", "image/jpeg", (1200, 800)),
        ("vue.jpg", samples.picture("JPEG", progressive=True, restart_marker_rows=1), "picture", "image/jpeg", (1200, 800)),
        ("vue.jpg", samples.with_place(), "picture", "image/jpeg", (1200, 800)),
        ("vue.jpg", samples.picture("JPEG") + b"trailing of a moving photo", "picture", "image/jpeg", (1200, 800)),
        ("vue.png", samples.picture("PNG"), "picture", "image/png", (1200, 800)),
        ("vue.webp", samples.picture("WEBP"), "picture", "image/webp", (1200, 800)),
        ("vue.webp", samples.picture("WEBP", lossless=True), "picture", "image/webp", (1200, 800)),
        ("vue.webp", samples.picture("WEBP", mode="RGBA"), "picture", "image/webp", (1200, 800)),
        ("vue.webp", samples.moving("WEBP"), "picture", "image/webp", (600, 400)),
        ("vue.png", samples.moving("PNG"), "picture", "image/png", (600, 400)),
        ("vue.png", samples.sixteen_bits(), "picture", "image/png", (1200, 800)),
        ("vue.png", samples.palette_with_transparency(), "picture", "image/png", (700, 500)),
        ("vue.jpg", samples.cmyk(), "picture", "image/jpeg", (1200, 800)),
        ("plan.pdf", samples.pdf(), "document", "application/pdf", (None, None)),
        ("plan.odt", samples.odt(), "document", "application/vnd.oasis.opendocument.text", (None, None)),
        ("plan.ods", samples.odt("application/vnd.oasis.opendocument.spreadsheet"), "document", "application/vnd.oasis.opendocument.spreadsheet", (None, None)),
        ("liste.csv", "rue;nombre\nÉglise;3\n".encode(), "document", "text/csv", (None, None)),
        ("liste.csv", "rue;nombre\nÉglise;3\n".encode("cp1252"), "document", "text/csv", (None, None)),
        ("note.txt", "\ufeffBonjour <3".encode(), "document", "text/plain", (None, None)),
    ],
)  # fmt: skip
def test_what_is_honest_is_taken(name, content, purpose, media_type, size):
    found = check(name, content)
    assert (found.purpose, found.media_type, (found.width, found.height)) == (purpose, media_type, size)
    assert found.name == name


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("note.png", b"Bonjour, ceci est un texte.", "not a picture we can show, whatever its name"),
        ("vue.jpg", b"<html><script>alert(1)</script></html>", "not a picture we can show"),
        ("vue.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "not a picture we can show"),
        ("vue.txt", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a drawing in code"),
        ("plan.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
        ("plan.pdf", b"Bonjour", "not a kind of file we take"),
        ("plan", b"\x00\x01\x02", "not a kind of file we take"),
        ("plan.exe", b"MZ\x90\x00" + b"\x00" * 100, "not a kind of file we take"),
        ("vue.gif", b"GIF89a" + b"\x00" * 50, "it is a GIF"),
        ("vue.tif", b"II*\x00" + b"\x00" * 50, "it is a TIFF"),
        ("IMG_0001.HEIC", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "Most compatible"),
        ("vide.png", b"", "it is empty"),
        ("vue.jpg", samples.picture("JPEG")[:-400], "cut off"),
        ("vue.png", samples.picture("PNG")[:-20], "cut off"),
        ("vue.webp", samples.picture("WEBP")[:-20], "cut off"),
        ("vue.jpg", b"\xff\xd8\xff\xd9", "cut off"),
        ("vue.jpg", b"\xff\xd8\xff\xff\xff\xff", "cut off"),
        ("vue.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 60, "cut off"),
        ("vue.webp", b"RIFF\x10\x00\x00\x00WEBPVP9 " + b"\x00" * 10, "cut off"),
        ("bombe.png", samples.png_bomb, "400 million pixels"),
        ("grande.jpg", samples.picture("JPEG") + b"\x00" * 13_000_000, "at most 12 MB"),
        ("grande.jpg", samples.picture("JPEG") + b"\x00" * 30_000_000, "at most 12 MB"),
        ("grand.pdf", samples.pdf() + b"\x00" * 21_000_000, "at most 20 MB"),
        ("plan.pdf", samples.pdf()[:-7], "cut off"),
        ("plan.pdf", samples.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "holds a program"),
        ("plan.pdf", samples.pdf(b"/OpenAction << /S /Launch >>"), "holds a program"),
        ("plan.docx", samples.odt("application/vnd.openxmlformats"), "not a kind of file we take"),
        ("plan.odt", samples.odt(members={"Basic/Standard/Module1.xml": b"Sub Main"}), "holds macros"),
        ("plan.odt", samples.odt(members={"Scripts/python/x.py": b"import os"}), "holds macros"),
        ("plan.odt", samples.odt(members={"../../etc/cron.d/x": b"x"}), "damaged"),
        ("plan.odt", samples.odt(members={"/etc/passwd": b"x"}), "damaged"),
        ("plan.odt", samples.odt()[:-30], "damaged"),
        ("plan.odt", b"PK\x03\x04" + b"\x00" * 100, "damaged"),
        ("plan.odt", samples.zip_bomb, "too large"),
        ("plan.odt", samples.odt(members={f"m{i}": b"" for i in range(2_001)}), "too large"),
        ("note.txt", b"a\x00b", "not a kind of file we take"),
        ("liste.csv", b"a,b\x1b[31m", "not a kind of file we take"),
    ],
)  # fmt: skip
def test_what_is_not_is_refused_by_name_with_the_reason(name, content, reason):
    sentence = refusal(name, content() if callable(content) else content)
    assert f"“{name}”" in sentence
    assert reason in sentence


def test_the_bomb_is_small():
    assert len(samples.png_bomb()) < 60_000


def test_limits_are_the_town_s():
    limits = FilesSettings(picture_megabytes=1, document_megabytes=2)
    assert "at most 1 MB" in refusal("a.jpg", samples.picture("JPEG") + b"\x00" * 1_100_000, limits)
    assert check("a.pdf", b"%PDF-1.4\n" + b"\n" * 1_500_000 + samples.pdf(), limits).purpose == "document"


@pytest.mark.parametrize("cut", range(0, 1500, 37))
def test_no_cut_breaks_a_reader(cut):
    for content in (samples.with_place(), samples.sixteen_bits(), samples.moving(), samples.odt(), samples.pdf()):
        sentence = refusal("fichier", content[:cut] if cut < len(content) else content[:-9])
        assert "fichier" in sentence


@pytest.mark.parametrize(
    "typed, ending, kept",
    [
        ("Plan du parc.pdf", "pdf", "Plan du parc.pdf"),
        ("../../etc/passwd", "jpg", "passwd.jpg"),
        ("C:\\Users\\zoé\\vue.JPG", "jpg", "vue.jpg"),
        ("vue\x00.png\x00.jpg", "jpg", "vue_png.jpg"),
        ("virus.php.jpg", "jpg", "virus_php.jpg"),
        ("vue.png.exe", "png", "vue_png.png"),
        ("\u202egpj.exe", "jpg", "gpj.jpg"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "aSet-Cookie_ x.pdf"),
        ("...", "pdf", "document.pdf"),
        ("", "pdf", "document.pdf"),
        (".htaccess", "txt", "htaccess.txt"),
        ("x" * 300 + ".pdf", "pdf", "x" * 96 + ".pdf"),
        ("e\u0301glise.jpg", "jpg", "église.jpg"),
        ('a"b<c>.pdf', "pdf", "a_b_c_.pdf"),
    ],
)
def test_names_are_made_harmless(typed, ending, kept):
    assert clean_name(typed, ending, "document") == kept


def test_a_sentence_holds_a_short_name_on_one_line():
    assert quoted("../a\r\nb\x00" + "c" * 100) == "ab" + "c" * 58
    assert quoted("///") == "?"
