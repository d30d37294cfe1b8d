"""What a test asks of a page: its words, and what it cost its server and its reader."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

# What a page may cost.
QUERIES, BYTES = 15, 60 * 1024


def text(response):
    return response.content.decode()


def cost(client, url):
    """How many queries a page takes; neither they nor its weight go beyond what is allowed."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    assert len(queries) <= QUERIES, [query["sql"][:120] for query in queries]
    assert len(response.content) <= BYTES
    # What is sent from here is accepted.
    assert text(response).count('method="post"') == text(response).count("csrfmiddlewaretoken")
    return len(queries)
