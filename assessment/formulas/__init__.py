"""How marks and clocks become scores: pure, without a database. Numbers in, `Decimal` out.

`measures` names what can be counted, `parts` are the kinds of rule, `definition` reads and checks a whole formula,
`evaluate` computes a unit's score and says how, `words` says a formula line by line.
"""

from assessment.formulas.definition import Definition, Examined, Unsound, examine, read, well_formed
from assessment.formulas.evaluate import Line, Result, evaluate, ranked

__all__ = [
    "Definition",
    "Examined",
    "Line",
    "Result",
    "Unsound",
    "evaluate",
    "examine",
    "ranked",
    "read",
    "well_formed",
]
