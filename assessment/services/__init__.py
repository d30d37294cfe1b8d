from assessment.services.callbacks import call_back
from assessment.services.scoring import score

__all__ = ["call_back", "score"]
