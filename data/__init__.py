"""The way in of a case: its tables are read and checked here; the bundled case lies in middle_corridor/."""
