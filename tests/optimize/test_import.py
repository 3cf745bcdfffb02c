"""What importing the optimiser leaves behind."""

import subprocess
import sys


def test_scipy_is_whole_after_the_optimiser_was_imported() -> None:
    code = "import corridor.optimize.answer.solve, scipy.stats, scipy.spatial; assert scipy.stats.norm.cdf(0) == 0.5"
    subprocess.run([sys.executable, "-c", code], check=True)
