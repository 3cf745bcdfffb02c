"""The command: the verbs of the registry, then those that are no studies."""

from __future__ import annotations

from importlib import import_module

from corridor.command import add_verb
from corridor.shell import app, main
from corridor.studies import STUDIES

__all__ = ["app", "main"]

for study in STUDIES:
    if study.help:
        add_verb(study)
import_module("corridor.verbs")
import_module("corridor.reporting")
import_module("corridor.exchange")
import_module("corridor.drawing")
import_module("corridor.kept_runs")
