"""People who ask for pages, each in a session of their own."""

import http.client


def page_of(port, path, cookie):
    """The HTML of a page as whoever has this session sees it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "zh-hans"})
    answer = connection.getresponse()
    content = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return content
