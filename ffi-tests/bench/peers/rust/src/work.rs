//! Workload W on scopes of sentry, and the clients that take it.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use sentry::protocol::{Context, Map, User, Value};
use sentry::{Breadcrumb, ClientInitGuard, ClientOptions, Envelope, Hub, Level, Scope, Transport};

pub const NOBODY: &str = "http://public@127.0.0.1:9/1";

/// What `Nowhere` got, as a capture that was turned away on the way there takes next to no time.
pub static EVENTS: AtomicUsize = AtomicUsize::new(0);
/// Of the last one's bytes.
pub static LENGTH: AtomicUsize = AtomicUsize::new(0);

/// Throws everything away; if it serialises, after it became bytes.
pub struct Nowhere {
    pub serialises: bool,
}

impl Transport for Nowhere {
    fn send_envelope(&self, envelope: Envelope) {
        if envelope.event().is_some() {
            EVENTS.fetch_add(1, Ordering::Relaxed);
        }
        if self.serialises {
            let mut bytes = Vec::new();
            envelope.to_writer(&mut bytes).unwrap();
            LENGTH.store(std::hint::black_box(bytes).len(), Ordering::Relaxed);
        }
    }
    fn flush(&self, _: Duration) -> bool {
        true
    }
}

pub fn start(dsn: &str, nowhere: Option<Nowhere>, queue: usize, max_breadcrumbs: usize) -> ClientInitGuard {
    let mut options = ClientOptions::new()
        .dsn(dsn)
        .release("shop@4.2.1")
        .environment("production")
        .server_name("web-3")
        .max_breadcrumbs(max_breadcrumbs);
    if let Some(nowhere) = nowhere {
        options.transport = Some(Arc::new(Arc::new(nowhere)));
    }
    options.transport_channel_capacity = std::num::NonZeroUsize::new(queue);
    sentry::init(options)
}

pub fn message(number: usize) -> String {
    format!("checkout failed for customer {number}")
}

pub fn breadcrumb(number: usize) -> Breadcrumb {
    let path = format!("/api/v2/orders/{:05}", number % 100_000);
    let mut data = Map::new();
    data.insert("url".into(), format!("https://orders.example.com{path}").into());
    data.insert("status_code".into(), 200.into());
    Breadcrumb {
        message: Some(format!("GET {path} returned 200 after some milliseconds")),
        category: Some("http.client".into()),
        level: Level::Info,
        data,
        ..Default::default()
    }
}

fn surround(scope: &mut Scope) {
    for i in 0..5 {
        scope.set_tag(&format!("global.{i}"), format!("value-{i}"));
        scope.set_tag(&format!("isolation.{i}"), format!("value-{i}"));
        scope.set_extra(&format!("extra.{i}"), "some text of a moderate length".into());
    }
    let mut other = Map::new();
    other.insert("segment".into(), Value::from("beta"));
    scope.set_user(Some(User {
        id: Some("1042".into()),
        username: Some("ada".into()),
        email: Some("ada@example.com".into()),
        other,
        ..Default::default()
    }));
    for name in ["order", "cart", "shipment"] {
        let mut context = Map::new();
        context.insert("id".into(), "A-1042".into());
        context.insert("items".into(), 7.into());
        context.insert("total".into(), 129.5.into());
        context.insert("currency".into(), "EUR".into());
        context.insert("express".into(), true.into());
        scope.set_context(name, Context::Other(context));
    }
}

/// Tags and breadcrumbs on the current scope; the rest of W if it is full.
pub fn fill(tags: usize, breadcrumbs: usize, is_full: bool) {
    Hub::current().configure_scope(|scope| {
        scope.clear();
        for i in 0..tags {
            scope.set_tag(&format!("tag.{i}"), format!("value-{i}"));
        }
        if is_full {
            surround(scope);
        }
    });
    for i in 0..breadcrumbs {
        sentry::add_breadcrumb(breadcrumb(i));
    }
}

/// A copy of the current scope.
pub fn current() -> Scope {
    Hub::current().configure_scope(|scope| scope.clone())
}
