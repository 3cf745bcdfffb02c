"""The proof as the command writes it, confirmed by the example's check as a program of its own."""

import json
import subprocess
import sys
from pathlib import Path

from tests.corridor.command import Run
from tests.data.folder import write
from tests.data.format_page import EXAMPLE

CHECK = Path(__file__).parents[2] / "docs" / "examples" / "check_proof.py"


def test_the_verb_writes_what_the_check_confirms(run: Run, tmp_path: Path) -> None:
    folder, out = str(write(tmp_path / "case", EXAMPLE)), tmp_path / "proof.json"
    code, text, err = run("prove", "--case", folder, "--out", str(out), "--json")
    assert code == 0, err
    assert json.loads(text)["exact"] == "600"
    check = [sys.executable, "-I", str(CHECK), str(out)]
    said = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert "Proved: primal, dual and equality hold exactly; the optimum is 600.0" in said.stdout
    body = json.loads(out.read_text(encoding="utf-8"))
    out.write_text(json.dumps({**body, "value": 601}), encoding="utf-8")
    said = subprocess.run(check, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stdout.splitlines()[1].startswith("NOT PROVED")


def test_a_result_without_arrays_is_written_as_its_json(run: Run, tmp_path: Path) -> None:
    folder, out = str(write(tmp_path / "case", EXAMPLE)), tmp_path / "answer.json"
    code, said, _ = run("slack", "--case", folder, "--json")
    assert code == 0
    assert run("slack", "--case", folder, "--out", str(out))[0] == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["rows"] == json.loads(said)["rows"]


def test_the_check_is_short_and_needs_python_alone() -> None:
    lines = CHECK.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    named = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert named <= set(sys.stdlib_module_names)
