# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compiled templates kept in a folder: a process that starts does not compile again what another one has compiled."""

import logging
import pickle
from pathlib import Path

import jinja2
from flask import Flask
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from civic.config import Config

logger = logging.getLogger(__name__)


class TemplateCache(FileSystemBytecodeCache):
    """Jinja's cache of files, each checked against the template's source; a fault of the disk costs time, not pages."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what was compiled; a file that was cut short counts as none."""
        try:
            super().load_bytecode(bucket)
        except (OSError, ValueError, EOFError, TypeError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, if the folder takes it."""
        try:
            super().dump_bytecode(bucket)
        except OSError as error:
            logger.warning("compiled templates cannot be kept in %s (%s)", self.directory, error)


def init_template_cache(app: Flask, config: Config) -> None:
    """Use the configured folder, `cache/templates` of the instance by default; without one that can be made, none.

    What it holds runs as code of this process: it is made for its owner alone, beside the instance's secrets.
    """
    root = Path(config.template_cache) if config.template_cache else config.instance / "cache" / "templates"
    folder = root / jinja2.__version__
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        logger.warning("compiled templates cannot be kept in %s (%s)", folder, error)
        return
    app.jinja_env.bytecode_cache = TemplateCache(str(folder))
