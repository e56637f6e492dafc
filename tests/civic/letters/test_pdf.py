# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sheet itself: whatever people wrote is text, never markup; a missing glyph stops nothing; six lines of address."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civic.letters.papers import envelope
from civic.letters.parts import parts_of
from civic.letters.pdf import LINES, print_letters
from civic.people.identity import CivilIdentity
from tests.civic.letters.making import read, words

AT = datetime(2026, 11, 21, 9, 30, 15, 123, tzinfo=UTC)
HOSTILE = (
    '#panic("x") #eval("1+1") #read("/etc/passwd") #import "@preview/a:1.0.0": * #sys.inputs $x^2$ <label> @reference '
    "*fort* _penché_ `code` = titre \\ // commentaire /* bloc */ ${x} {{ x }} %s </script>"
)


def paper(text: str, **values) -> dict:
    return {
        "sender": [text],
        "to": [text],
        "dated": text,
        "subject": text,
        "reference": text,
        "parts": [
            {"kind": "paragraph", "runs": [{"text": text, "strong": True, "emphasis": True}]},
            *parts_of(text),
            *parts_of(f"# {text}"),
        ],
    } | values


def printed(*papers: dict) -> bytes:
    return print_letters(papers, title="Lettres #panic()", author="Rive", language="fr", at=AT)


def test_hostile_text_is_printed_as_it_was_written(app):
    with app.app_context():
        shown = words(printed(paper(HOSTILE, parts=[{"kind": "paragraph", "runs": [{"text": HOSTILE}]}])))
    squeezed = "".join(HOSTILE.split())
    assert "".join(shown.split()).count(squeezed) == 6  # sender, address, day, subject, reference, text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_gives_a_file(app, text):
    with app.app_context():
        assert printed(paper(text)).startswith(b"%PDF-1.7")


def test_what_no_font_has_is_left_out_and_the_same_letters_give_the_same_bytes(app):
    with app.app_context():
        once, again = (printed(paper("Merci 😀 中文 é œ « ça » \u202f!\x00\x07")) for _ in range(2))
        assert once == again
        assert "Merci ?? é œ « ça »" in words(once)
        with pytest.raises(ValueError):
            printed()


def test_each_letter_begins_on_its_own_sheet_and_pages_are_counted_anew(app):
    long = paper("Un banc", parts=parts_of("Un paragraphe de la réponse.\n\n" * 90))
    with app.app_context():
        pages = [page.extract_text() for page in read(printed(long, paper("Deux"))).pages]
    assert len(pages) >= 4
    assert "page 2" in pages[1]
    assert pages[-1].rstrip().endswith("page 1")


def test_markdown_becomes_parts_and_addresses_are_written_out():
    parts = parts_of(
        "# Titre\n\nOui, *un* **banc**.  \nIci [la carte](https://rive.example/a).\n\n1. un\n   - a\n2. deux\n\n> cité\n\n<b>x</b>\n\n    code"
    )
    kinds = [part["kind"] for part in parts]
    assert kinds == ["heading", "paragraph", "numbered", "quote", "paragraph", "paragraph"]
    text = "".join(run["text"] for run in parts[1]["runs"])
    assert text == "Oui, un banc.\nIci la carte (https://rive.example/a)."
    assert ["".join(run["text"] for run in item) for item in parts[2]["items"]] == ["un", "a", "deux"]
    assert parts[4]["runs"][0]["text"] == "<b>x</b>"


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("7 rue du Lavoir\n00000 Rive", ["Rose Pages", "7 rue du Lavoir", "00000 Rive"]),
        ("7, rue du Lavoir, 00000 Rive", ["Rose Pages", "7, rue du Lavoir", "00000 Rive"]),
        (" \n7 rue du Lavoir,\n\n 00000 Rive ", ["Rose Pages", "7 rue du Lavoir", "00000 Rive"]),
        ("a\nb\nc\nd\ne\nf\ng", ["Rose Pages", "a", "b", "c", "d", "e, f, g"]),
    ],
)
def test_an_address_fits_the_window(address, lines):
    found = envelope(CivilIdentity("Durand", "Rose Marie", date(1944, 2, 29), "Pages"), address)
    assert found == lines
    assert len(found) <= LINES


def test_the_library_is_loaded_only_to_print():
    code = "import sys; import civic.app; assert 'typst' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
