//! Small tools.

/// Calls its closure when it is dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `f` and returns the message of its panic.
pub(crate) fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
    let payload = caught.err().expect("it should have panicked");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_string(),
    }
}

/// Returns `true` if this runs in the scope of `value`.
pub(crate) fn runs_in(value: &(impl async_hooks::Resource + ?Sized)) -> bool {
    async_hooks::execution_async_id() == value.async_id()
        && async_hooks::trigger_async_id() == value.trigger_async_id()
}
