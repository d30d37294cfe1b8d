"""Many rows like one: what was played once is copied with all that hangs on it, in the database.

A list must be seen with fifty rows, and to play fifty cases takes longer than all else in a file of tests. What stands
then is what the services would have left behind, but for the numbers, which go on in a series of their own.
"""

from copy import copy

from django.db import connection

FIRST = 5000


def copied(row, times):
    """`times` more rows like this one (a whistle, a lead, a letter); returns the last of them."""
    numbers = [f"{row.number[:-4]}{FIRST + type(row).objects.count() + time:04d}" for time in range(times)]
    hanging = _hanging_on(row)
    keys = {model: _new_keys(model, len(rows) * times) for model, rows in hanging.items()}
    # Where each row's copy stands, by the number of the copy.
    for model, rows in hanging.items():
        fresh = []
        for time, number in enumerate(numbers):
            fresh += [_copy_of(each, hanging, keys, time, row.number, number) for each in rows.values()]
        model._base_manager.bulk_create(fresh)
    return type(row).objects.get(number=numbers[-1])


def _hanging_on(row):
    """`{model: {key: row}}`: the row, and whatever points at it, at what points at it, and so on."""
    found, fresh = {type(row): {row.pk: row}}, [type(row)]
    while fresh:
        model = fresh.pop()
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)) or relation.concrete:
                continue
            other, field = relation.related_model, relation.field.name
            there = found.setdefault(other, {})
            pointing = other._base_manager.filter(**{f"{field}__in": list(found[model])}).exclude(pk__in=list(there))
            new = {each.pk: each for each in pointing.order_by("pk")}
            if new:
                there.update(new)
                fresh.append(other)
    return {model: rows for model, rows in found.items() if rows}


def _new_keys(model, many):
    """So many keys that nobody has; None for a model whose key is that of another row."""
    key = model._meta.pk
    if key.is_relation:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, key.column, many],
        )
        return [number for (number,) in cursor.fetchall()]


def _copy_of(row, hanging, keys, time, was, number):
    fresh = copy(row)
    fresh._state = copy(row._state)
    fresh._state.adding, fresh._state.fields_cache = True, {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key and not field.is_relation:
            value = _key(type(row), value, hanging, keys, time)
        elif field.is_relation and value in hanging.get(field.related_model, ()):
            value = _key(field.related_model, value, hanging, keys, time)
        elif isinstance(value, str):
            value = value.replace(was, number)
        setattr(fresh, field.attname, value)
    return fresh


def _key(model, key, hanging, keys, time):
    """The key of the copy of the row that has this one."""
    rows = hanging[model]
    if keys[model] is None:
        parent = model._meta.pk
        return _key(parent.related_model, key, hanging, keys, time)
    return keys[model][time * len(rows) + list(rows).index(key)]
