// Workload W on scopes of @sentry/node, and the clients that take it.
const { performance } = require("node:perf_hooks");
const Sentry = require("@sentry/node");

// A text of its own each time: the library leaves out what it has just sent.
const message = (number) => `checkout failed for customer ${number}`;

// What reached the transport: events alone, as sessions go the same way; with the length of the last one's text
// and when it was there.
const arrived = { events: 0, length: 0, at: 0 };

// A transport that throws everything away; with `serialises`, after it became text.
function nowhere(serialises) {
  return () => ({
    send: (envelope) => {
      if (envelope[1].some(([{ type }]) => type === "event")) {
        if (serialises) arrived.length = JSON.stringify(envelope).length;
        arrived.at = performance.now();
        arrived.events++;
      }
      return Promise.resolve({ statusCode: 200 });
    },
    flush: () => Promise.resolve(true),
  });
}

function start({ dsn = "http://public@127.0.0.1:9/1", transport, queue = 0, maxBreadcrumbs = 100 } = {}) {
  const more = {};
  if (transport) more.transport = transport;
  if (queue) more.transportOptions = { bufferSize: queue };
  Sentry.init({
    dsn, release: "shop@4.2.1", environment: "production", serverName: "web-3", maxBreadcrumbs, ...more,
  });
}

function breadcrumb(number) {
  const path = `/api/v2/orders/${String(number % 100000).padStart(5, "0")}`;
  return {
    message: `GET ${path} returned 200 after some milliseconds`, category: "http.client", level: "info",
    data: { url: "https://orders.example.com" + path, status_code: 200 },
  };
}

function fill(scope, tags, breadcrumbs, isFull) {
  for (let i = 0; i < tags; i++) scope.setTag(`tag.${i}`, `value-${i}`);
  for (let i = 0; i < breadcrumbs; i++) scope.addBreadcrumb(breadcrumb(i), 1000);
  if (!isFull) return;
  for (let i = 0; i < 5; i++) {
    Sentry.getGlobalScope().setTag(`global.${i}`, `value-${i}`);
    Sentry.getIsolationScope().setTag(`isolation.${i}`, `value-${i}`);
    scope.setExtra(`extra.${i}`, "some text of a moderate length");
  }
  scope.setUser({ id: "1042", username: "ada", email: "ada@example.com", segment: "beta" });
  for (const name of ["order", "cart", "shipment"]) {
    scope.setContext(name, { id: "A-1042", items: 7, total: 129.5, currency: "EUR", express: true });
  }
}

function filled() {
  const scope = Sentry.getCurrentScope().clearBreadcrumbs();
  fill(scope, 10, 100, true);
  return scope;
}

module.exports = { Sentry, message, nowhere, arrived, start, breadcrumb, fill, filled };
