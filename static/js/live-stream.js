// One stream of hints for all tabs of a browser, because a browser opens only six connections to a server.
//
// Runs twice: as a SharedWorker it holds the stream for every tab; loaded into a page it gives the page LiveLink, which
// talks to that worker. Where there are no SharedWorkers (phones), a page has a stream of its own while it is looked at.
// A tab hears { hints: [...] } and { live: true | false }, and tells where it may listen ({ address, ticket, since }).
(function (scope) {
  const SILENCE_MS = 20000;
  const LONGEST_MS = 30000;

  class LiveStream {
    constructor(tell) {
      this.tell = tell;
      this.live = null;
      this.waits = 1000;
    }

    // A fresh ticket serves the next time; the stream that is open stays as it is.
    listen({ address, ticket, since }) {
      this.address = address;
      this.ticket = ticket;
      if (since && !this.since) this.since = since;
      if (!this.source && !this.timer) this.open();
    }

    open() {
      this.timer = null;
      const query = new URLSearchParams({ ticket: this.ticket, since: this.since });
      this.source = new EventSource(`${this.address}?${query}`);
      this.source.onmessage = (event) => {
        this.since = event.lastEventId;
        this.waits = 1000;
        this.expect();
        this.say(true);
        const hints = JSON.parse(event.data);
        if (hints.length) this.tell({ hints });
      };
      this.source.onerror = () => this.again();
      this.expect();
    }

    // Whoever says nothing for so long is not there any more, whatever the connection looks like.
    expect() {
      clearTimeout(this.silence);
      this.silence = setTimeout(() => this.again(), SILENCE_MS);
    }

    again() {
      this.shut();
      this.timer = setTimeout(() => this.open(), this.waits * (0.75 + Math.random() / 2));
      this.waits = Math.min(this.waits * 2, LONGEST_MS);
      // A stream that ended in good order is back in a second, and nobody need know.
      if (this.waits > 4000) this.say(false);
    }

    shut() {
      clearTimeout(this.silence);
      clearTimeout(this.timer);
      this.timer = null;
      this.source?.close();
      this.source = null;
    }

    say(live) {
      if (live !== this.live) this.tell({ live });
      this.live = live;
    }
  }

  if ("onconnect" in scope) {
    const tabs = new Set();
    let reader = null;
    const stream = new LiveStream((news) => {
      for (const tab of tabs) tab.postMessage(news);
    });
    scope.onconnect = (event) => {
      const tab = event.ports[0];
      tab.onmessage = ({ data }) => {
        if (data.bye) { tabs.delete(tab); if (!tabs.size) { stream.shut(); stream.since = null; } return; }
        // Somebody else has logged in: what the former was told is none of their business.
        if (reader !== null && reader !== data.reader) { stream.shut(); stream.since = null; stream.live = null; }
        reader = data.reader;
        const joined = !tabs.has(tab);
        tabs.add(tab);
        stream.listen(data);
        if (joined && stream.live !== null) tab.postMessage({ live: stream.live });
        // What happened between the answer that made this page and its first word here, others have been told already.
        if (joined && stream.since && Number(data.since) < Number(stream.since)) tab.postMessage({ hints: ["*"] });
      };
    };
    return;
  }

  class LiveLink {
    constructor(worker, heard) {
      this.heard = heard;
      try {
        this.port = new SharedWorker(worker).port;
        this.port.onmessage = (event) => heard(event.data);
        window.addEventListener("pagehide", () => this.port.postMessage({ bye: true }));
      } catch {
        this.stream = new LiveStream(heard);
        document.addEventListener("visibilitychange", () => {
          if (document.hidden) this.stream.shut();
          else this.stream.open();
        });
      }
    }

    listen(where) {
      this.where = where;
      if (this.port) this.port.postMessage(where);
      else if (!document.hidden) this.stream.listen(where);
    }
  }

  scope.LiveLink = LiveLink;
})(self);
