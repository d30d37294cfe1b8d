"""Redis, asked with little patience; and how often somebody has tried something."""

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# Seconds: a dead neighbour must not hang an answer.
PATIENCE = 2


@cache
def redis_at(url: str, patience: float = PATIENCE) -> Redis:
    return Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=patience,
        socket_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )


def tries(what: str, *, seconds: int) -> int:
    """The how many-th try this is, from 1, of what is called `what`; forgotten so many seconds after the last one.

    Counted beside the database, so that an act which is refused, and undone there, has still been tried. Raises
    RedisError when it does not answer.
    """
    asked = redis_at(settings.REDIS_URL).pipeline(transaction=True)
    asked.incr(f"tries:{what}")
    asked.expire(f"tries:{what}", seconds)
    count, _set = asked.execute()
    return int(count)
