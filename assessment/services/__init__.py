from assessment.services.scoring import score

__all__ = ["score"]
