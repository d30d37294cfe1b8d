"""Addresses of channels: what people type becomes a service that can be talked to, or is refused in words.

Whatever is refused, the sentence names no part of an address that could be secret.
"""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid
from dispatch.states import PUSH

LONGEST = 1000

# How the usual kinds are called, and how their addresses look.
KINDS = {
    "wecombot": (gettext_lazy("WeCom group robot"), "wecombot://KEY"),
    "wechat": (gettext_lazy("WeCom application"), "wechat://CORPID:SECRET@AGENTID/USER"),
    "dingtalk": (gettext_lazy("DingTalk group robot"), "dingtalk://SECRET@TOKEN/"),
    "feishu": (gettext_lazy("Feishu group robot"), "feishu://TOKEN"),
    "lark": (gettext_lazy("Lark group robot"), "lark://TOKEN"),
    "mailtos": (gettext_lazy("mail"), "mailtos://USER:PASSWORD@HOST?to=RECEIVER"),
    "mailto": (gettext_lazy("mail without encryption"), "mailto://HOST:25?from=SENDER&to=RECEIVER"),
    "json": (gettext_lazy("gateway of your own"), "json://HOST:PORT/PATH"),
    "jsons": (gettext_lazy("gateway of your own, encrypted"), "jsons://HOST/PATH"),
}
# Nobody types where it goes: the browser says so.
DEVICE = gettext_lazy("notifications of a browser")
# The web addresses that these services show people, and what we make of them.
AS_SHOWN = (
    (r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)", r"wecombot://\1"),
    (r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)", r"dingtalk://\1/"),
    (r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?", r"feishu://\1"),
    (r"https://open\.larksuite\.com/open-apis/bot/v2/hook/([\w-]+)/?", r"lark://\1"),
)
# They would read files of this machine.
UNSAFE = {"pgp", "pgppub", "pgpprv", "wkd", "keyfile", "subfile"}


def normal(typed: str) -> str:
    """What was typed as an address in the form that is kept; a web address as such a service shows it is turned."""
    text = typed.strip()
    for shown, ours in AS_SHOWN:
        if re.fullmatch(shown, text):
            return re.sub(shown, ours, text)
    return text


def schema_of(address: str) -> str:
    """The kind of an address, `dingtalk` for `dingtalk://…`."""
    return address.partition("://")[0].lower()


def kind(schema: str) -> str:
    """How people call a kind of address."""
    if schema == PUSH:
        return str(DEVICE)
    return str(KINDS[schema][0]) if schema in KINDS else schema


def examples() -> list[tuple[str, str]]:
    """Name and example of each kind that is allowed here, as far as they are known."""
    return [(str(KINDS[schema][0]), KINDS[schema][1]) for schema in settings.CHANNEL_SCHEMAS if schema in KINDS]


def service(address: str) -> Any:
    """The apprise service of an address, in the form that `normal` gives; nothing is sent or asked yet.

    Refuses with Invalid, in a sentence, what is no address, of a kind that is not allowed, or incomplete, and what
    would set how long we wait, where we follow, or which files are read.
    """
    incomplete = Invalid(_("This address is not complete, or part of it cannot be so. Compare it with the examples."))
    if len(address) > LONGEST:
        raise Invalid(_("The address is longer than %(most)d characters.") % {"most": LONGEST})
    schema = schema_of(address)
    if not re.fullmatch(r"[a-z0-9]{2,20}://\S+", address, re.IGNORECASE):
        raise Invalid(_("This is no address to which something can be sent. Compare it with the examples."))
    if schema not in settings.CHANNEL_SCHEMAS:
        raise Invalid(_("Addresses that begin with “%(schema)s” are not allowed here.") % {"schema": schema})
    try:
        made = _made(schema, address)
    except Invalid:
        raise
    except Exception:
        # So many parsers, and some stumble over nonsense. What they say of it may hold what is secret.
        raise incomplete from None
    if made is None:
        raise incomplete
    return made


def _made(schema: str, address: str) -> Any:
    """The service, or None for an address that lacks something."""
    apprise = _apprise()
    parts = apprise.plugins.url_to_dict(address, secure_logging=True)
    if not parts or parts.get("schema") != schema:
        return None
    _refuse_foreign(apprise.plugins.N_MGR[schema], parts.get("qsd") or {})
    # Less than the limit of a whole send, so that the other side's silence is told from our own trouble.
    patience = str(settings.SEND_LIMIT_SECONDS * 0.7)
    return apprise.Apprise.instantiate({**parts, "rto": patience, "cto": patience}, asset=_asset())


def _refuse_foreign(plugin: Any, given: dict[str, str]) -> None:
    """Refuses parameters that say something else than where and to whom it goes."""
    ours = set(_apprise().plugins.base.NotifyBase.template_args) | UNSAFE
    prefixes = {part["prefix"] for part in plugin.template_kwargs.values()}
    for name in given:
        if name in ours:
            raise Invalid(_("Please leave out “%(name)s”: an address says only where it goes.") % {"name": name})
        if name not in plugin.template_args and name[:1] not in prefixes:
            raise Invalid(_("What stands behind the question mark has parts that such an address does not know."))


@cache
def _apprise() -> Any:
    """Loaded when first needed: a second that the process which watches the clocks has no use for."""
    import apprise

    return apprise


@cache
def _asset() -> Any:
    """How apprise behaves with us: it keeps nothing, follows nobody elsewhere, and makes no keys."""
    return _apprise().AppriseAsset(
        app_id="Shaoxiang",
        app_desc="Shaoxiang",
        app_url=settings.PUBLIC_URL,
        storage_mode="memory",
        http_redirects=False,
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
        secure_logging=True,
        image_path_mask=False,
        image_url_mask="",
        image_url_logo="",
    )
