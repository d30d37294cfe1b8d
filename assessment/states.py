"""What residents say of a closed case, the life of an accountability record, and of a month's bulletin."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grid.models import Role


class AccountabilityState(TextChoices):
    OPEN = "open", pgettext_lazy("of an accountability record", "In force")
    APPEALED = "appealed", pgettext_lazy("of an accountability record", "Appealed")
    UPHELD = "upheld", pgettext_lazy("of an accountability record", "Upheld")
    REVERSED = "reversed", pgettext_lazy("of an accountability record", "Reversed")


A = AccountabilityState

# Whoever let the term pass has accepted it: the record stays in force.
ACCOUNTABILITY_MOVES = {
    A.OPEN: {A.APPEALED},
    A.APPEALED: {A.UPHELD, A.REVERSED},
    A.UPHELD: set(),
    A.REVERSED: set(),
}
# Held against the person. An appeal alone changes nothing.
STANDING = (A.OPEN, A.APPEALED, A.UPHELD)
DECIDED = (A.UPHELD, A.REVERSED)


# Who sees a ranking of the district of their post.
SEE_RANKINGS = (
    Role.DISPATCHER,
    Role.ASSESSOR,
    Role.DISTRICT_LEADER,
    Role.STREET_OFFICER,
    Role.STREET_SECRETARY,
    Role.LIAISON,
    Role.HEAD,
    Role.ADMINISTRATOR,
    Role.CITY_OBSERVER,
)


# Who writes and adopts the formulas of the area of their post.
KEEP_FORMULAS = (Role.ASSESSOR, Role.ADMINISTRATOR)


class Ranked(TextChoices):
    """What a ranking is made of."""

    DEPARTMENTS = "departments", _("departments")
    STREETS = "streets", _("streets")
    COMMUNITIES = "communities", _("communities")
    DISPATCHERS = "dispatchers", _("dispatchers")
    DISTRICTS = "districts", _("districts")


# Who sees the analysis, of the area or of the department of their post.
SEE_ANALYSIS = (
    Role.DISPATCHER,
    Role.ASSESSOR,
    Role.DISTRICT_LEADER,
    Role.STREET_OFFICER,
    Role.STREET_SECRETARY,
    Role.LIAISON,
    Role.HEAD,
    Role.CITY_OBSERVER,
)


class Ending(TextChoices):
    """What has become of a whistle that was blown."""

    SOLVED = "solved", _("closed")
    UNSOLVED = "unsolved", _("closed, not solved say the residents")
    RUNNING = "running", _("under way")
    LATE = "late", _("under way and overdue")
    RETURNED = "returned", _("back with the street")
    ESCALATED = "escalated", _("with the city")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


# Whoever is ranked sees the ranking; of single people only their own desk and those who answer for it do.
SEEN_BY = {
    Ranked.DEPARTMENTS: SEE_RANKINGS,
    Ranked.STREETS: SEE_RANKINGS,
    Ranked.COMMUNITIES: (*SEE_RANKINGS, Role.COMMUNITY_SECRETARY),
    Ranked.DISPATCHERS: (Role.DISPATCHER, Role.ASSESSOR, Role.DISTRICT_LEADER, Role.ADMINISTRATOR),
    Ranked.DISTRICTS: (Role.ASSESSOR, Role.DISTRICT_LEADER, Role.ADMINISTRATOR, Role.CITY_OBSERVER),
}


class FormulaState(TextChoices):
    DRAFT = "draft", _("draft")
    ADOPTED = "adopted", _("adopted")
    DISCARDED = "discarded", _("discarded")


# A version that was adopted stays what it is; another one takes its place.
FORMULA_MOVES = {
    FormulaState.DRAFT: {FormulaState.ADOPTED, FormulaState.DISCARDED},
    FormulaState.ADOPTED: set(),
    FormulaState.DISCARDED: set(),
}


class FormulaActKind(TextChoices):
    """What is done to a formula, on record for good."""

    STARTED = "started", _("Draft begun")
    SAVED = "saved", _("Draft saved")
    ADOPTED = "adopted", _("Adopted")
    DISCARDED = "discarded", _("Draft discarded")


class BulletinState(TextChoices):
    """The month runs; then it is reviewed, open to appeals, published for good."""

    RUNNING = "running", pgettext_lazy("of a month", "running")
    REVIEW = "review", _("in review")
    APPEALS = "appeals", _("open to appeals")
    PUBLISHED = "published", _("published")


B = BulletinState

# Departments and streets see a month from the day on which they may appeal against it.
SHOWN = (B.APPEALS, B.PUBLISHED)
BULLETIN_MOVES = {
    B.RUNNING: {B.REVIEW},
    # Back, when the review finds that something has to be computed again.
    B.REVIEW: {B.APPEALS, B.RUNNING},
    B.APPEALS: {B.PUBLISHED, B.REVIEW},
    B.PUBLISHED: set(),
}


class Enters(TextChoices):
    """How a part of a formula enters the total."""

    WEIGHT = "weight", _("by its weight")
    ADD = "add", _("is added")
    SUBTRACT = "subtract", _("is taken off")
    NOT = "not", _("only through other parts")


class Zero(TextChoices):
    """What a ratio is where there is nothing to be a part of."""

    SKIP = "skip", _("left out, its weight goes to the others")
    FULL = "full", _("counts in full")
    NONE = "none", _("counts as 0")


class Ties(TextChoices):
    SHARED = "shared", _("equal scores share the rank: 1, 1, 3")
    DENSE = "dense", _("equal scores share the rank: 1, 1, 2")
    SAMPLE = "sample", _("of equal scores the larger sample goes first")


class BulletinActKind(TextChoices):
    """What is done to a month, on record for good."""

    REVIEW_BEGUN = "review_begun", _("Counted; the review begins")
    REVIEW_LEFT = "review_left", _("Back to counting")
    APPEALS_OPENED = "appeals_opened", _("Open to appeals")
    APPEALS_LEFT = "appeals_left", _("Back to the review")
    POINTS_ENTERED = "points_entered", _("Points entered by hand")
    POINTS_WITHDRAWN = "points_withdrawn", _("Points taken back")
    PUBLISHED = "published", _("Published")
    CORRECTED = "corrected", _("Correction to the published month")


class Appealed(TextChoices):
    """Which figure of an order is disputed."""

    ACKNOWLEDGE = "acknowledge", _("acknowledged in time")
    REPORT = "report", _("reported on site in time")
    RESOLVE = "resolve", _("result in time")
    COOPERATION = "cooperation", _("cooperation")
    RESOLUTION = "resolution", _("solution")


class ExportKind(TextChoices):
    SPREADSHEET = "xlsx", _("spreadsheet")
    DOCUMENT = "docx", _("official document")


class ExportState(TextChoices):
    WAITING = "waiting", pgettext_lazy("of an export", "waiting")
    RUNNING = "running", pgettext_lazy("of an export", "being written")
    DONE = "done", pgettext_lazy("of an export", "ready")
    STOPPED = "stopped", pgettext_lazy("of an export", "stopped")
    FAILED = "failed", pgettext_lazy("of an export", "failed")


class ExportTrouble(TextChoices):
    """Why a file could not be written. What an error says in its own words is for the log alone."""

    SPACE = "space", _("The server has no space left for it. Please tell your administrator.")
    ERROR = "error", _("An error on the server; its log says more. Please try again, then tell your administrator.")
