"""One table of actions per kind of object. It feeds the buttons, the API and the permission tests.

An `Action` knows its name, who may do it, in which states, and what it asks for (a form). A room above can
add actions to a table of a room below: departments are scored in `assessment`, on the orders of `dispatch`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise

from common.claims import claim_in
from common.errors import Invalid, WrongState, require


class ActionForm(forms.Form):
    """What an act asks for. `row` and `person` are there so that choices fit the case and who acts."""

    required_css_class = "required"

    def __init__(self, *args: Any, row: Any = None, person: Any = None, **kwargs: Any) -> None:
        self.row = row
        self.person = person
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class Action:
    """One thing a person may do to a row.

    `may(person, row)` is the right and `states` the states of the row in which it fits; `when(row)` narrows
    the latter by the rest of the row, and `turn(person, row)` by what this person has done already. What depends on
    the moment is `why_not(row, at)`: the sentence that refuses it then, empty when it can be done.
    `run(row, *, by, at, **cleaned)` is the service.
    """

    name: str
    label: str | Promise
    run: Callable[..., Any]
    may: Callable[[Any, Any], bool]
    states: frozenset[str]
    form: type[ActionForm] = ActionForm
    when: Callable[[Any], bool] = field(default=lambda row: True)
    turn: Callable[[Any, Any], bool] = field(default=lambda person, row: True)
    why_not: Callable[[Any, datetime], str | Promise] = field(default=lambda row, at: "")
    tone: str = ""  # "", "danger" for what ends something
    # Whether a phone without a network may keep it and send it later; the service then takes `claimed_at`.
    offline: bool = False
    # The most likely act comes first and is the big button; higher is likelier.
    weight: int = 0

    def fits(self, row: Any) -> bool:
        """Whether it can be done to the row now."""
        return self._fits_state(row) and not self.why_not(row, timezone.now())

    def _fits_state(self, row: Any) -> bool:
        return row.state in self.states and self.when(row)

    def is_open_to(self, person: Any, row: Any) -> bool:
        # The right before the rest, which may have to ask the database: most people may do few things.
        return row.state in self.states and self.may(person, row) and self.fits(row) and self.turn(person, row)

    def check(self, person: Any, row: Any, *, at: datetime | None = None) -> None:
        """Refuses with Forbidden or WrongState unless this person may do it to the row at that moment, or else now."""
        require(self.may(person, row))
        if not (self._fits_state(row) and self.turn(person, row)):
            raise WrongState()
        if why := self.why_not(row, at or timezone.now()):
            raise WrongState(why)

    def perform(self, row: Any, *, by: Any, at: Any, data: Any, files: Any = None) -> Any:
        """Checks the right, the state and the input, in this order, and runs the service.

        `data`: what was sent, as a mapping from field names to values; `at`: when the server received it.
        Refuses with Forbidden, WrongState or Invalid (with the fields); the service may refuse too.
        """
        self.check(by, row, at=at)
        form = self.form(data, files, row=row, person=by)
        if not form.is_valid():
            raise Invalid(fields=form.errors)
        claim = {"claimed_at": claim_in(data)} if self.offline else {}
        return self.run(row, by=by, at=at, **form.cleaned_data, **claim)


class ActionTable:
    """The actions of one kind of object, by name."""

    def __init__(self) -> None:
        self._actions: dict[str, Action] = {}

    def add(self, *actions: Action) -> None:
        for action in actions:
            if action.name in self._actions:
                raise ValueError(f"there are two actions called {action.name}")
            self._actions[action.name] = action

    def __iter__(self):
        return iter(self._actions.values())

    def __getitem__(self, name: str) -> Action:
        return self._actions[name]

    def get(self, name: str) -> Action | None:
        return self._actions.get(name)

    def open_to(self, person: Any, row: Any, but: Collection[str] = ()) -> list[Action]:
        """What this person may do to this row now, the likeliest first; `but`: names of acts not asked about."""
        found = [action for action in self if action.name not in but and action.is_open_to(person, row)]
        return sorted(found, key=lambda action: -action.weight)
