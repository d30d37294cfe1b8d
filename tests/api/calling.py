"""A program that uses the API as a person."""

from django.test import Client

from tests.factories import PASSWORD


class Caller:
    """Logs in as a person and speaks JSON."""

    def __init__(self, username, language="zh-hans"):
        self.client = Client()
        answer = self.client.post(
            "/api/v1/token/", {"username": username, "password": PASSWORD}, content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
        self.headers = {"Authorization": f"Token {answer.json()['token']}", "Accept-Language": language}

    def get(self, path, **params):
        return self.client.get(f"/api/v1/{path}", params, headers=self.headers)

    def post(self, path, body=None, key=None, **kwargs):
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        kwargs.setdefault("content_type", "application/json")
        return self.client.post(f"/api/v1/{path}", {} if body is None else body, headers=headers, **kwargs)

    def does(self, path, body=None):
        answer = self.post(path, body)
        assert answer.status_code == 200, (path, answer.json())
        return answer.json()


def draft(**changes):
    """A whistle as a program would file it; None leaves a field out."""
    body = {
        "type": "key",
        "level": "general",
        "title": "虹山东路黑臭水外溢",
        "description": "雨后工地旁冒出黑臭水，多方到场均称与己无关。",
        "area": "530102005008",
        "address": "虹山东路60号",
        "lat": 25.0586,
        "lng": 102.6869,
        "criteria": ["hazard", "joint"],
        "departments": ["housing", "water", "road", "gas", "drainage"],
        "source": "resident",
    } | changes
    return {name: value for name, value in body.items() if value is not None}


def names(actions):
    return {action["name"] for action in actions}
