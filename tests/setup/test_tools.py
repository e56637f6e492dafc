# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set-up does a step again exactly when what it is made from has changed; translations are kept in line with the source."""

import os
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools import messages, setup

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for name in ("civic/templates", "modules/proposals/templates", "themes"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "modules/proposals/module.py").write_text('pgettext("proposals", "Support")\n')
    (tmp_path / "civic/texts.py").write_text('_("Open")\nngettext("%(num)d day", "%(num)d days", 2)\n')
    (tmp_path / "civic/templates/page.html").write_text("{% trans %}Close\n    it{% endtrans %}")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "TRANSLATIONS", tmp_path / "translations")
    return tmp_path


def test_a_step_is_done_again_when_its_input_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "STAMPS", tmp_path / ".setup")
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1")
    assert not setup.is_done("base", setup.digest(lock))
    setup.mark("base", setup.digest(lock))
    assert setup.is_done("base", setup.digest(lock))
    lock.write_text("a==2")
    assert not setup.is_done("base", setup.digest(lock))


def test_a_failing_step_says_what_to_do():
    with pytest.raises(setup.SetUpError, match="The index must be reachable"):
        setup.run("false", why="The index must be reachable")


def test_an_old_python_is_refused_in_words(tmp_path):
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    environment = os.environ | {"PATH": str(tmp_path)}
    refused = subprocess.run(
        ["/bin/sh", ROOT / "tools" / "find_python.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "Python 3.11 or later is needed" in refused.stderr


def test_absent_servers_are_named_with_the_line_to_run(tmp_path):
    for name, text in {"id": "echo 1000", "ls": "exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    environment = os.environ | {"PATH": str(tmp_path)}
    refused = subprocess.run(
        ["/bin/sh", ROOT / "tools" / "setup_servers.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert (
        "apt-get install -y --no-install-recommends postgresql redis-server chromium-headless-shell nodejs npm"
        in refused.stderr
    )


def test_each_module_has_its_own_texts(checkout):
    messages.update()
    folder = checkout / "translations/fr/LC_MESSAGES"
    with (folder / "civic.po").open("rb") as file:
        core = read_po(file)
    with (folder / "proposals.po").open("rb") as file:
        module = read_po(file)
    assert {message.id for message in core if message.id} == {"Open", "Close it", ("%(num)d day", "%(num)d days")}
    assert [(message.context, message.id) for message in module if message.id] == [("proposals", "Support")]


def test_what_is_missing_untranslated_or_gone_is_named(checkout):
    messages.update()
    assert sum("is not translated" in fault for fault in messages.faults()) == 4
    po = checkout / "translations/fr/LC_MESSAGES/proposals.po"
    po.write_text(po.read_text().replace('msgid "Support"\nmsgstr ""', 'msgid "Support"\nmsgstr "Soutenir"'))
    assert not any("'Support'" in fault for fault in messages.faults())
    (checkout / "modules/proposals/module.py").write_text('pgettext("proposals", "Sign")\n')
    faults = messages.faults()
    assert any("lacks 'Sign'" in fault for fault in faults)
    assert any("'Support' is no longer in the source" in fault for fault in faults)


def test_a_translation_keeps_its_words_when_the_source_grows(checkout):
    messages.update()
    po = checkout / "translations/fr/LC_MESSAGES/proposals.po"
    po.write_text(po.read_text().replace('msgid "Support"\nmsgstr ""', 'msgid "Support"\nmsgstr "Soutenir"'))
    (checkout / "modules/proposals/module.py").write_text(
        'pgettext("proposals", "Support")\npgettext("proposals", "Sign")\n'
    )
    messages.update()
    assert 'msgstr "Soutenir"' in po.read_text()
    messages.compile_all()
    assert po.with_suffix(".mo").exists()
