"""What a search looks into: numbers, titles, places, departments and people."""

from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from common.search import holding, words_of, written
from dispatch.models import Order
from grid.models import Area, Department, Person
from whistle.models import AdviceLetter, Lead, Signature, Whistle

LONGEST_SEARCH = 100
# A word that so many areas or people are called by says nothing about where or who.
MOST_NAMED = 100
# What is found so often is found quickest by reading the list from its beginning; what is rarer, by its keys.
MANY = 2000


class _Named(NamedTuple):
    """What a word names besides the matters themselves: codes of areas, and keys."""

    areas: list[str]
    departments: list[int]
    people: list[int]


class Named(NamedTuple):
    """An area, department or person whose name holds a word of the search; `key` as text, `code` of a person: none."""

    kind: str
    key: str
    code: str
    name: str
    name_en: str

    def holds(self, word: str) -> bool:
        return word in self.name.lower() or word in self.name_en.lower()


class _Place(NamedTuple):
    """One of the places where a word can be found: as an index finds it, and as it is told of a row at hand."""

    indexed: Q
    told: Q


class Search:
    """What somebody is looking for: words, all of which must be found, each in any of the places named below.

    `person`: names of areas and departments are looked for where they work. Costs a query for any number of words,
    and one more for each list of whistles or leads.
    """

    def __init__(self, text: str, person: Person) -> None:
        self.words, self.person = words_of(text), person

    def whistles(self, rows: QuerySet[Whistle]) -> QuerySet[Whistle]:
        """In its number, title and place, its departments, and who drafted or signed it."""

        def places(named):
            if named.departments:
                called = Order.objects.filter(department__in=named.departments).order_by().values("whistle")
                yield Q(pk__in=called)
            if named.people:
                signed = Signature.objects.filter(person__in=named.people).order_by().values("whistle")
                yield Q(created_by__in=named.people)
                yield Q(pk__in=signed)

        return self._narrowed(rows, Whistle, places)

    def leads(self, rows: QuerySet[Lead]) -> QuerySet[Lead]:
        """In its number, the hotline's, its title and place, and in who reported it."""

        def places(named):
            if named.people:
                yield Q(reported_by__in=named.people)

        tickets = ["hotline_number"]
        return self._narrowed(rows, Lead, places, numbers=tickets)

    def letters(self, rows: QuerySet[AdviceLetter]) -> QuerySet[AdviceLetter]:
        """In its number, its subject and text, its department, and in who wrote it; there are few."""
        for word in self.words:
            named = self._named_by(word)
            rows = rows.filter(
                written(word, "title", "text")
                | Q(number__startswith=word.upper())
                | Q(department__in=named.departments)
                | Q(created_by__in=named.people)
            )
        return rows

    def _narrowed(self, rows: QuerySet[Any], model: type[Model], more, *, numbers=()) -> QuerySet[Any]:
        """`more(named)` gives conditions besides text, number and area; `numbers`: fields besides its own."""
        asked = {}
        for word in self.words:
            named = self._named_by(word)
            plain = [Q(**{f"{field}__startswith": word.upper()}) for field in ("number", *numbers)]
            plain += [Q(area__code__startswith=code) for code in named.areas]
            plain += more(named)
            text = _Place(holding(word, "title", "address"), written(word, "title", "address"))
            asked[word] = [text, *(_Place(condition, condition) for condition in plain)]
        keys = _keys_of(model, asked)
        for word, places in asked.items():
            if keys[word] is not None:
                rows = rows.filter(pk__in=keys[word])
                continue
            condition = Q()
            for place in places:
                condition |= place.told
            rows = rows.filter(condition)
        return rows

    @cached_property
    def named(self) -> list[Named]:
        """Areas, departments and people whose name holds one of the words, in this order, by code or key."""
        if not self.words:
            return []
        areas = Area.objects.filter(_beginning("code", self.person.district_codes), _either(self.words, "name"))
        departments = Department.objects.visible_to(self.person).filter(_either(self.words, "name", "name_en"))
        people = Person.objects.filter(_either(self.words, "name"))
        none, as_text = Value("", TextField()), Cast("pk", TextField())
        found = [
            areas.order_by("code").values_list(Value("area"), "code", "code", "name", none),
            departments.order_by("pk").values_list(Value("department"), as_text, "code", "name", "name_en"),
            people.order_by("pk").values_list(Value("person"), as_text, none, "name", none),
        ]
        first, *rest = (rows[: MOST_NAMED * len(self.words)] for rows in found)
        return [Named(*row) for row in first.union(*rest, all=True)]

    def _named_by(self, word):
        def keys(kind):
            return [each.key for each in self.named if each.kind == kind and each.holds(word)][:MOST_NAMED]

        return _Named(
            _outermost(sorted(keys("area"))),
            [int(key) for key in keys("department")],
            [int(key) for key in keys("person")],
        )


def _keys_of(model: Any, asked: dict[str, list[_Place]]) -> dict[str, set[int] | None]:
    """The keys of all rows that hold each word, wherever; None for a word that many rows hold. One query."""
    parts = [
        model.objects.filter(place.indexed).order_by().values_list(Value(number), "pk")[: MANY + 1]
        for number, places in enumerate(asked.values())
        for place in places
    ]
    if not parts:
        return {}
    first, *rest = parts
    found: dict[int, set[int]] = {number: set() for number in range(len(asked))}
    for number, key in first.union(*rest, all=True) if rest else first:
        found[number].add(key)
    return {word: keys if len(keys) <= MANY else None for word, keys in zip(asked, found.values(), strict=True)}


def _either(words, *fields):
    condition = Q(pk__in=[])
    for word in words:
        condition |= written(word, *fields)
    return condition


def _beginning(field, codes):
    condition = Q(pk__in=[])
    for code in codes:
        condition |= Q(**{f"{field}__startswith": code})
    return condition


def _outermost(codes):
    """Of sorted codes those that lie in no other one: with a street, its communities are found."""
    kept: list[str] = []
    for code in codes:
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    return kept
