"""A yearly quota between two countries: how much oil Azerbaijan takes."""

import pyomo.environ as pyo


def oil_quota(model, corridor):
    quota = corridor.given("baku_oil_quota", 1_700_000, per="year")
    model.year.oil_quota = pyo.Constraint(expr=corridor.sent(segment="oil_baku") <= quota)
