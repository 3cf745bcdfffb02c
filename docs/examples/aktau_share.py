"""A port's least share: Aktau ships at least half of the grain to the Caucasus, in every period."""

import pyomo.environ as pyo


def aktau_share(model, corridor):
    aktau = corridor.tonnes(link="aktau_alat_dry", commodity="grain", direction="forward")
    kuryk = corridor.tonnes(link="kuryk_alat_dry", commodity="grain", direction="forward")
    model.period.aktau_share = pyo.Constraint(expr=aktau >= 0.5 * (aktau + kuryk))
