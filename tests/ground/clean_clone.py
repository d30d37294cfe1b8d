"""`python -m tests.ground.clean_clone`: clone, `make run`, log in as the README says, leave nothing behind."""

import re
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.ground.system import ROOT, System

ACCOUNT = {"username": "dispatcher", "password": "demo-Wuhua-2026"}


def log_in(url):
    """Goes in by the front door, as a person would: the page, its form, the answer. Returns the page behind it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(url, timeout=20) as page:
        door, text = page.url, page.read().decode()
    assert door != f"{url}/", "A stranger was not sent to the log-in page."
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    form = urllib.parse.urlencode(ACCOUNT | {"csrfmiddlewaretoken": token, "next": "/"})
    request = urllib.request.Request(door, form.encode(), {"Referer": door})
    with browser.open(request, timeout=20) as page:
        text = page.read().decode()
        assert urllib.parse.urlsplit(page.url).path == "/", f"The log-in ended at {page.url}."
        return text


def main():
    with tempfile.TemporaryDirectory(prefix="clean-clone-") as place:
        clone = Path(place) / "clone"
        # The checkout may belong to another user than the one who runs this.
        subprocess.run(["git", "-c", "safe.directory=*", "clone", "--quiet", ROOT, clone], check=True)
        began = time.monotonic()
        with System(clone / ".data", command=["make", "run"], root=clone) as system:
            try:
                answer = system.await_health(patience=600)
                print(f"Healthy after {time.monotonic() - began:.0f} s: {answer}")
                assert answer["clock_tick_age_seconds"] < 10, "The clock does not tick."
                log_in(system.url)
                print(f"{ACCOUNT['username']} is in.")
                system.stop()
                left = system.await_nobody()
                assert not left, f"Left behind: {left}"
                print("Stopped; nothing is left.")
            finally:
                print(system.said())


if __name__ == "__main__":
    main()
