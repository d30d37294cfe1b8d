"""What the web processes serve: the pages, each request in a thread, and the live stream, without one."""

import asyncio
import os
import signal
from contextlib import suppress

from a2wsgi import WSGIMiddleware

from common import live

# Before anything of ours that has models: it sets Django up.
from config.wsgi import application as wsgi
from dispatch.live import Watch

THREADS = int(os.environ.get("WEB_THREADS") or 4)


class Application:
    """The ASGI application; `pages` is the WSGI application behind everything but the stream."""

    def __init__(self, pages):
        self.pages = WSGIMiddleware(pages, workers=THREADS)
        self.hub = live.Hub()
        self.watch = None

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/live/":
            # Whoever listens from here on is heard of: the watch looks at the listeners after it has been woken.
            asyncio.get_running_loop().call_soon(self.watch.wake)
            await live.stream(self.hub, scope, receive, send)
        else:
            await self.pages(_clean(scope) if scope["type"] == "http" else scope, receive, send)

    async def _live_and_die(self, receive, send):
        await receive()
        loop = asyncio.get_running_loop()
        self._start(loop)
        beating = asyncio.ensure_future(self._beat())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        beating.cancel()
        self.close()
        self.watch.join(5)
        await send({"type": "lifespan.shutdown.complete"})

    def _start(self, loop):
        hub = self.hub

        def passed_on(act):
            def later(*given):
                # The loop ends before this thread does.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(act, *given)

            return later

        self.watch = Watch(
            wanted=lambda: bool(hub.listeners),
            begin=passed_on(hub.watch_from),
            tell=passed_on(hub.publish),
            pause=passed_on(hub.watch_no_more),
        )
        self.watch.start()
        self._end_streams_first(loop)

    def _end_streams_first(self, loop):
        """The server waits for open answers before it tells us that it ends; endless ones must end on the signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(ValueError):  # not in the main thread: a test's server
                before = signal.getsignal(number)

                def answer(got, frame, before=before):
                    loop.call_soon_threadsafe(self.close)
                    if callable(before):
                        before(got, frame)

                signal.signal(number, answer)

    def close(self):
        self.hub.close()
        self.watch.stop()

    async def _beat(self):
        while True:
            await asyncio.sleep(live.BEAT)
            self.hub.beat()


def _clean(scope):
    """Without headers that would pass for others: `x_forwarded_proto` and `x-forwarded-proto` are one to WSGI."""
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name]}


application = Application(wsgi)
