"""A planner's own rules: a few lines of Pyomo, repeated and priced as the rules of the house."""
