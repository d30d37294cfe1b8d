from assessment.views.analysis import analysis
from assessment.views.callbacks import callbacks
from assessment.views.rankings import figure_behind, ranking, unit
from assessment.views.scores import score
from assessment.views.workbench import workbench

__all__ = ["analysis", "callbacks", "figure_behind", "ranking", "score", "unit", "workbench"]
