from assessment.views.accountability import accountabilities, accountability, accountability_act
from assessment.views.analysis import analysis
from assessment.views.bulletins import (
    appeal_act,
    appeals,
    bulletin,
    bulletin_act,
    bulletins,
    export_act,
    export_file,
    points_act,
)
from assessment.views.callbacks import callbacks
from assessment.views.rankings import figure_behind, ranking, unit
from assessment.views.scores import score
from assessment.views.wall import wall
from assessment.views.workbench import workbench
from assessment.views.years import year

__all__ = [
    "accountabilities",
    "accountability",
    "accountability_act",
    "analysis",
    "appeal_act",
    "appeals",
    "bulletin",
    "bulletin_act",
    "bulletins",
    "callbacks",
    "export_act",
    "export_file",
    "figure_behind",
    "points_act",
    "ranking",
    "score",
    "unit",
    "wall",
    "workbench",
    "year",
]
