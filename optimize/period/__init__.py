"""One period of the linear program: layout, columns, rules, costs, and a planner's own rules."""

import sys
from types import ModuleType


def _import_pyomo() -> None:
    """Import Pyomo without the parts of SciPy that it loads in advance and this model never uses.

    They would cost each command more time than its answer. They are left unloaded, not replaced: a later
    ``import scipy.stats`` gets the real one. So do Pyomo's solvers and transformations, which a rule of a planner's
    that says ``import pyomo.environ`` loads.
    """
    heavy = [name for name in ("scipy.stats", "scipy.integrate", "scipy.spatial") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in heavy})
    try:
        import pyomo.core
        import scipy.sparse
        from pyomo.common.dependencies import scipy_available

        assert pyomo.core
        assert scipy.sparse
        assert scipy_available
    finally:
        for name in heavy:
            del sys.modules[name]


_import_pyomo()
