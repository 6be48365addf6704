//! The application.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_hooks::AsyncLocalStorage;
use axum::{
    Router,
    extract::{Path, Request},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use tokio::sync::oneshot;

static REQUEST_ID: AsyncLocalStorage<String> = AsyncLocalStorage::new();
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What each request logs.
pub(crate) const MESSAGES: [&str; 5] = ["received", "looked up", "charged", "answered", "audited"];

pub(crate) fn router() -> Router {
    let router = Router::new().route("/orders/{number}", get(order));
    router.layer(from_fn(with_request_id))
}

/// The middleware.
async fn with_request_id(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-request-id");
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or("-");
    REQUEST_ID.scope(id.to_owned(), next.run(request)).await
}

/// A handler. It is handed no id, and hands none on.
async fn order(Path(number): Path<u32>) -> String {
    log(number, "received");
    let (send_price, price) = oneshot::channel();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(u64::from(number % 3))).await;
        log(number, "looked up");
        send_price.send(number % 100)
    });
    let price = price.await.unwrap_or_default();
    let charge = tokio::spawn(async move {
        tokio::spawn(async move { log(number, "charged") }).await // a task of a task
    });
    drop(charge.await);
    log(number, "answered");
    tokio::spawn(async move { log(number, "audited") }); // later, when the request is over
    price.to_string()
}

/// A line of the log begins with the id of the request that it was written for.
fn log(number: u32, message: &str) {
    let id = REQUEST_ID.get().unwrap_or_default();
    lines().push(format!("{id} order {number}: {message}"));
}

fn lines() -> MutexGuard<'static, Vec<String>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes what was logged.
pub(crate) fn take_lines() -> Vec<String> {
    std::mem::take(&mut lines())
}
