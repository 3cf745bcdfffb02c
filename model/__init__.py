"""What a corridor is: the tables of a case and their schemas, its graph, changes to it, and the answer."""
