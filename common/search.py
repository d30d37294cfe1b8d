"""Finding a piece of text anywhere in other text, quickly and in any language: by pairs of characters.

Chinese has no spaces to tell words by, and a search for 污水 must find 雨污水管. So an index holds each character of
a text with the one that follows it (`search_grams`, in the database), and what holds all pairs of what is looked for
is looked at as a whole. See docs/adr/0019.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Func, Q, Value
from django.utils.translation import gettext as _

# As many words narrow a search to nothing, or to the one that was meant.
MOST_WORDS = 8


def words_of(text: str) -> list[str]:
    """The words of a search, each once: all of them must be found, each wherever it likes."""
    return list(dict.fromkeys(text.lower().split()))


def refuse_many_words(text: str) -> None:
    """A validator: refuses more words than a search can take."""
    if len(words_of(text)) > MOST_WORDS:
        raise ValidationError(_("Please search for %(most)d words at most.") % {"most": MOST_WORDS})


class Grams(Func):
    """The pairs of characters of some fields taken together; what their index is built of."""

    function = "search_grams"
    output_field = SearchVectorField()


class _Match(Func):
    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()
    conditional = True


class _Query(Func):
    template = "%(expressions)s::tsquery"


def grams_index(*fields: str, name: str) -> GinIndex:
    """The index that `holding` looks into; its migration needs the one that makes `search_grams`."""
    return GinIndex(Grams(*fields), name=name)


def written(word: str, *fields: str) -> Q:
    """The condition that one of `fields` holds a word of `words_of`; for rows that are read anyhow."""
    anywhere = Q()
    for field in fields:
        anywhere |= Q(**{f"{field}__icontains": word})
    return anywhere


def holding(word: str, *fields: str) -> Q:
    """The same by the `grams_index` that these fields have together: quick where few rows hold it."""
    # Pairs that are all there need not stand in a row, so the text itself has the last word.
    return Q(_Match(Grams(*fields), _Query(Value(_asked(word))))) & written(word, *fields)


def _asked(word: str) -> str:
    """What the pairs of a text must hold: all pairs of a word; of one character any pair that begins with it."""
    if len(word) == 1:
        return f"{_quoted(word)}:*"
    return " & ".join(_quoted(word[at : at + 2]) for at in range(len(word) - 1))


def _quoted(gram: str) -> str:
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"
