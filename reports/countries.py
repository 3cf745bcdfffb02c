"""Names of countries by their code, as a reader knows them."""

from __future__ import annotations

NAMES = {
    "AE": "United Arab Emirates",
    "AF": "Afghanistan",
    "AM": "Armenia",
    "AT": "Austria",
    "AZ": "Azerbaijan",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "BY": "Belarus",
    "CH": "Switzerland",
    "CN": "China",
    "CZ": "Czechia",
    "DE": "Germany",
    "FR": "France",
    "GB": "United Kingdom",
    "GE": "Georgia",
    "GR": "Greece",
    "HR": "Croatia",
    "HU": "Hungary",
    "IN": "India",
    "IQ": "Iraq",
    "IR": "Iran",
    "IT": "Italy",
    "KG": "Kyrgyzstan",
    "KR": "South Korea",
    "KZ": "Kazakhstan",
    "MD": "Moldova",
    "MN": "Mongolia",
    "NL": "Netherlands",
    "PK": "Pakistan",
    "PL": "Poland",
    "RO": "Romania",
    "RS": "Serbia",
    "RU": "Russia",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "TJ": "Tajikistan",
    "TM": "Turkmenistan",
    "TR": "Turkey",
    "UA": "Ukraine",
    "UZ": "Uzbekistan",
    "sea": "at sea",
    "unknown": "no country known",
}


def country_name(code: str) -> str:
    """The name of a country; a code that is not listed stays as it is.

    >>> country_name("KZ"), country_name("ZZ")
    ('Kazakhstan', 'ZZ')
    """
    return NAMES.get(code, code)
