# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compiles the translations when the package is built: Python reads .mo files, people write .po files."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTranslations(build_py):
    """Writes each .mo beside its .po, then builds as usual."""

    def run(self) -> None:
        """Compile, then build."""
        for po in Path(__file__).parent.glob("civic_parking/translations/*/LC_MESSAGES/*.po"):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3]))
        self.data_files = self._get_data_files()
        super().run()


setup(cmdclass={"build_py": BuildWithTranslations})
