from assessment.models.accountability import Accountability
from assessment.models.appeals import Appeal
from assessment.models.callbacks import Callback
from assessment.models.evaluations import Evaluation
from assessment.models.exports import Export
from assessment.models.formulas import Formula, FormulaAct
from assessment.models.months import Bulletin, BulletinAct, ManualItem, Ranking, Score
from assessment.models.proofs import Proof
from assessment.models.rules import AssessmentRule
from assessment.models.simulations import Simulation
from assessment.models.tallies import CallTally, LeadTally, OrderTally, Period, WhistleTally

__all__ = [
    "Accountability",
    "Appeal",
    "AssessmentRule",
    "Bulletin",
    "BulletinAct",
    "CallTally",
    "Callback",
    "Evaluation",
    "Export",
    "Formula",
    "FormulaAct",
    "LeadTally",
    "ManualItem",
    "OrderTally",
    "Period",
    "Proof",
    "Ranking",
    "Score",
    "Simulation",
    "WhistleTally",
]
