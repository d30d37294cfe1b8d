from assessment.models.accountability import Accountability
from assessment.models.callbacks import Callback
from assessment.models.evaluations import Evaluation
from assessment.models.rules import AssessmentRule

__all__ = ["Accountability", "AssessmentRule", "Callback", "Evaluation"]
