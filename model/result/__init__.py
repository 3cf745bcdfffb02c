"""Results, one file a study: frozen, printable, with a dictionary for JSON."""
