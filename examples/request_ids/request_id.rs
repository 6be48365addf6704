//! What is taken for a request id.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use axum::http::HeaderMap;

pub(crate) const HEADER: &str = "x-request-id";
const LONGEST: usize = 128;

pub(crate) type RequestId = Arc<str>;

/// The id that a request brings, or a new one; or why it is refused.
pub(crate) fn of(headers: &HeaderMap) -> Result<RequestId, &'static str> {
    let mut given = headers.get_all(HEADER).iter();
    let Some(first) = given.next() else {
        return Ok(made());
    };
    if given.next().is_some() {
        return Err("x-request-id: only one, please\n");
    }
    if first.len() > LONGEST {
        return Err("x-request-id: 128 characters at most\n");
    }
    let text = first.to_str().unwrap_or("");
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("x-request-id: printable ASCII without spaces only\n");
    }
    Ok(text.into())
}

fn made() -> RequestId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("made-{}", NEXT.fetch_add(1, Relaxed)).into()
}
