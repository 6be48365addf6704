//! What may be stored.

/// What an [`AsyncLocalStorage`](crate::AsyncLocalStorage) may hold: anything that is `Send + Sync + 'static`, since
/// stores follow work to other threads, and several tasks read one at the same time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a store: stores follow work to other threads, and are shared between tasks",
    label = "not `Send + Sync + 'static`",
    note = "use an owned type; put what is not `Sync` into a `Mutex`; use `Arc` for `Rc`, a `String` for a `&str` that is not `'static`"
)]
pub trait Store: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> Store for T {}
