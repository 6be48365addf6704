//! The log. Nobody hands it an id: it asks the storage.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use async_hooks::AsyncLocalStorage;

use crate::request_id::RequestId;

pub(crate) static REQUEST_ID: AsyncLocalStorage<RequestId> =
    AsyncLocalStorage::builder().name("request id").build();

/// A line as it was logged.
pub(crate) struct Line {
    pub(crate) id: Option<RequestId>,
    pub(crate) message: String,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());
static TO_SCREEN: AtomicBool = AtomicBool::new(false);

/// Logs a message on behalf of the request that this runs for.
pub(crate) fn log(message: String) {
    let id = REQUEST_ID.get();
    if TO_SCREEN.load(Relaxed) {
        println!("{}: {message}", id.as_deref().unwrap_or("-"));
    } else {
        LINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Line { id, message });
    }
}

/// From now on, lines go to the screen.
pub(crate) fn to_screen() {
    TO_SCREEN.store(true, Relaxed);
}

/// Takes all lines logged so far.
pub(crate) fn take() -> Vec<Line> {
    std::mem::take(&mut *LINES.lock().unwrap_or_else(PoisonError::into_inner))
}
