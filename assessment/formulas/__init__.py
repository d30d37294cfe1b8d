"""How marks and clocks become scores: pure, without a database. Numbers in, `Decimal` out.

`measures` names what can be counted, `parts` are the kinds of rule, `definition` reads and checks a whole formula,
`evaluate` computes a unit's score and says how.
"""

from assessment.formulas.definition import Definition, Unsound, read
from assessment.formulas.evaluate import Line, Result, evaluate, ranked

__all__ = ["Definition", "Line", "Result", "Unsound", "evaluate", "ranked", "read"]
