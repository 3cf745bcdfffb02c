"""One year as a model to be asked, its measures and limits, and the tables of an answer."""
