"""The panel of a page: its markup, its scripts, and the program that they solve again."""
