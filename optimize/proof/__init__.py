"""The proof of an answer, from arrays and again from tables; it knows no rule."""
