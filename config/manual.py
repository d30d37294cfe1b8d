"""The pages of the manual in their order, whose they are, and which of them explains which page of the system."""

from django.utils.translation import gettext_lazy as _

from grid.models import Role

R = Role
# The name of the file in docs/manual/zh and docs/manual/en, and the roles that it is written for; none: for everybody.
PAGES: dict[str, tuple[Role, ...]] = {
    "start": (),
    "community": (R.GRID_WORKER, R.COMMUNITY_SECRETARY),
    "street-officer": (R.STREET_OFFICER, R.STREET_SECRETARY),
    "secretary": (R.STREET_SECRETARY, R.COMMUNITY_SECRETARY),
    "dispatcher": (R.DISPATCHER,),
    "liaison": (R.LIAISON, R.HEAD),
    "head": (R.HEAD,),
    "assessor": (R.ASSESSOR,),
    "leader": (R.DISTRICT_LEADER, R.CITY_OBSERVER),
    "administrator": (R.ADMINISTRATOR,),
    "clocks": (),
    "scores": (),
    "phone": (),
}
# The first page that somebody in a role should read.
FIRST = {
    R.GRID_WORKER: "community",
    R.COMMUNITY_SECRETARY: "community",
    R.STREET_OFFICER: "street-officer",
    R.STREET_SECRETARY: "secretary",
    R.DISPATCHER: "dispatcher",
    R.LIAISON: "liaison",
    R.HEAD: "head",
    R.DISTRICT_LEADER: "leader",
    R.ASSESSOR: "assessor",
    R.ADMINISTRATOR: "administrator",
    R.CITY_OBSERVER: "leader",
}
# What a newcomer in a role should do first.
HINTS = {
    R.GRID_WORKER: _("See something on your rounds? Open Leads, take a photo, write one line, report it."),
    R.COMMUNITY_SECRETARY: _(
        "What was reported in your community waits under Leads; what waits for your signature under Sign."
    ),
    R.STREET_OFFICER: _("When several departments are needed, blow a whistle: what, where, why, and who should come."),
    R.STREET_SECRETARY: _(
        "Go and look before you sign: a whistle without cause is held against everybody who signed it."
    ),
    R.DISPATCHER: _(
        "Begin with the first case of the triage. Its clock runs already, and those of the departments start with you."
    ),
    R.LIAISON: _("Acknowledge every order at once, or return it at once: its clocks run from the moment it was sent."),
    R.HEAD: _(
        "You hear of every clock that runs out. Of larger and major incidents only your own presence on site counts."
    ),
    R.DISTRICT_LEADER: _("Major incidents in your streets stand first here and call for you in person."),
    R.ASSESSOR: _("Months are counted by themselves. Monthly bulletins says what each of them waits for."),
    R.ADMINISTRATOR: _(
        "Rights follow from posts: see that every department has a liaison and a head, and every street its secretary."
    ),
    R.CITY_OBSERVER: _(
        "What goes beyond a district's powers comes up to you here; you hand it back with the city's decision."
    ),
}

# What the reader's own first page explains.
OWN = ""
# The name of a page of the system, or with a stroke that of one act on it → page of the manual#heading. Headings are
# named by their English words.
EXPLAINED = {
    "workbench": OWN,
    "waiting": OWN,
    "search": "start#find-your-way",
    "whistles": "start#find-your-way",
    "whistle": "start#the-page-of-a-whistle",
    "whistle-application": "start#print",
    "order-sheet": "start#print",
    "supervision-sheet": "start#print",
    "map": "leader#map-wall-and-analysis",
    "wall": "leader#map-wall-and-analysis",
    "analysis": "leader#map-wall-and-analysis",
    "analysis-part": "leader#map-wall-and-analysis",
    "messages": "start#messages",
    "message": "start#messages",
    "channels": "start#messages",
    "channel": "start#messages",
    "channel-act": "start#messages",
    "channel-add": "start#messages",
    "channel-hours": "start#messages",
    "leads": "community#report-a-lead",
    "lead-new": "community#report-a-lead",
    "lead": "community#deal-with-a-lead",
    "lead-act": "community#deal-with-a-lead",
    "lead-act/whistle": "street-officer#from-a-lead",
    "letters": "community#advice-letters",
    "letter-new": "community#advice-letters",
    "letter": "community#advice-letters",
    "letter-act": "community#advice-letters",
    "letter-act/reply": "liaison#reply-to-letters",
    "blow": "street-officer#blow-a-whistle",
    "whistle-edit": "street-officer#blow-a-whistle",
    "whistle-act": "street-officer#after-it-was-blown",
    "arrival": "street-officer#after-it-was-blown",
    "whistle-act/verify": "street-officer#verify-on-site",
    "whistle-act/sign": "secretary#look-and-sign",
    "whistle-act/refuse": "secretary#refuse",
    "whistle-act/dispatch": "dispatcher#triage",
    "whistle-act/redispatch": "dispatcher#change-the-departments",
    "whistle-act/return": "dispatcher#triage",
    "whistle-act/decline": "dispatcher#triage",
    "whistle-act/escalate": "dispatcher#triage",
    "whistle-act/call-back": "dispatcher#callbacks",
    "whistle-act/come-on-site": "leader#come-on-site",
    "whistle-act/hand-back": "leader#what-was-escalated",
    "whistle-act/convene": "street-officer#joint-sessions",
    "session": "street-officer#joint-sessions",
    "session-act": "street-officer#joint-sessions",
    "task": "liaison#tasks-of-joint-sessions",
    "task-act": "liaison#tasks-of-joint-sessions",
    "sign": "secretary#look-and-sign",
    "score": "street-officer#score",
    "order-act/score": "street-officer#score",
    "triage": "dispatcher#triage",
    "board": "clocks#the-clock-board",
    "board-supervise": "clocks#the-clock-board",
    "board-save": "clocks#the-clock-board",
    "callbacks": "dispatcher#callbacks",
    "my-orders": "liaison#the-order",
    "order": "liaison#the-order",
    "order-act": "liaison#the-order",
    "order-act/return": "liaison#not-ours",
    "order-act/report": "liaison#report-on-site",
    "arrive": "liaison#report-on-site",
    "arrive-report": "liaison#report-on-site",
    "order-act/ask-extension": "liaison#more-time",
    "order-act/ask-suspension": "liaison#more-time",
    "order-act/uphold-return": "dispatcher#returned-orders",
    "order-act/overrule-return": "dispatcher#returned-orders",
    "order-act/grant": "dispatcher#requests-for-time",
    "order-act/refuse-request": "dispatcher#requests-for-time",
    "order-act/suspend": "dispatcher#requests-for-time",
    "order-act/resume": "dispatcher#requests-for-time",
    "order-act/supervise": "dispatcher#press",
    "ranking": "scores#read-a-ranking",
    "ranking-unit": "scores#read-a-ranking",
    "ranking-figure": "scores#read-a-ranking",
    "ranking-year": "scores#the-year",
    "bulletins": "assessor#the-month",
    "bulletin": "assessor#the-month",
    "bulletin-act": "assessor#the-month",
    "bulletin-act/appeal": "scores#appeal",
    "appeals": "assessor#rule-on-appeals",
    "appeal-act": "assessor#rule-on-appeals",
    "points-act": "assessor#the-month",
    "export-act": "assessor#files-and-proof",
    "accountabilities": "secretary#held-to-account",
    "accountability": "secretary#held-to-account",
    "accountability-act": "secretary#held-to-account",
    "formulas": "assessor#formulas",
    "formula": "assessor#formulas",
    "formula-start": "assessor#formulas",
    "formula-act": "assessor#formulas",
    "formula-what-if": "assessor#formulas",
    "operations": "administrator#is-all-well",
    "operations-finding": "administrator#is-all-well",
    "operations-clock": "administrator#is-all-well",
    "operations-order": "administrator#is-all-well",
    "stuck-messages": "administrator#stuck-messages",
    "stuck-act": "administrator#stuck-messages",
    "stuck-retry": "administrator#stuck-messages",
    "styleguide": "administrator#settings",
    "styleguide-component": "administrator#settings",
}
