"""One period of the linear program: layout, columns, rules, costs, and a planner's own rules."""
