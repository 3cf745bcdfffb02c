"""Names of countries by their code, as a reader knows them."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from corridor.model.language import ENGLISH, Words, now, territory

NO_COUNTRY = Words({"sea": "at sea", "unknown": "no country known"})


@cache
def _names() -> dict[str, str]:
    """The names of ISO 3166-1 by code; see assets/countries/README.md."""
    asset = files("corridor.reports") / "assets" / "countries" / "countries.csv"
    rows = csv.DictReader(asset.read_text(encoding="utf-8").splitlines())
    return {row["code"]: row["name"] for row in rows}


def country_name(code: str) -> str:
    """The name of a country; a code that is not listed stays as it is.

    >>> country_name("KZ"), country_name("CL"), country_name("ZZ")
    ('Kazakhstan', 'Chile', 'ZZ')
    """
    if now() != ENGLISH and code not in NO_COUNTRY:
        return territory(code)
    return NO_COUNTRY[code] if code in NO_COUNTRY else _names().get(code, code)
