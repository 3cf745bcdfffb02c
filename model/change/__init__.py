"""Changes to a case: parsed from words, made on a draft, checked."""
