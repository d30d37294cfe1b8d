"""How a browser is called, from what it says of itself; good enough to know one's own devices apart."""

# The first that is named: every browser names some others, too.
BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("Edg", "Edge"),
    ("HuaweiBrowser/", "Huawei"),
    ("MiuiBrowser/", "Xiaomi"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_of(said):
    """“Chrome · Windows”; what is not known is left out, and nothing known is “?”."""
    parts = (_first(BROWSERS, said), _first(SYSTEMS, said))
    return " · ".join(filter(None, parts)) or "?"


def _first(marks, said):
    return next((name for mark, name in marks if mark in said), "")
