use std::fmt;

use ah_w3c::{ParentId, Remote, TraceParent, TraceState};

/// An operation of this process, and where it stands in its trace.
///
/// # Examples
///
/// ```
/// use ah_tower::Trace;
/// use ah_w3c::{Remote, TraceParent};
///
/// let caller = TraceParent::new_root(true);
/// let trace = Trace::answering(&Remote { parent: Some(caller), ..Remote::default() }, true);
/// assert_eq!(trace.operation.trace_id, caller.trace_id);
/// assert_eq!(trace.caller(), Some(caller));
/// assert_eq!(trace.to_string(), trace.operation.to_string());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Trace {
    /// The operation itself: the parent of what it calls.
    pub operation: TraceParent,
    /// The operation of the caller, if the trace did not start here.
    pub parent_id: Option<ParentId>,
    /// What tracing systems say about the caller.
    pub state: TraceState,
}

impl Trace {
    /// Starts an operation that answers `remote`: in the trace of its parent, or in a new one with this `sampled` flag.
    #[must_use]
    pub fn answering(remote: &Remote, sampled: bool) -> Self {
        let start = || TraceParent::new_root(sampled);
        Self {
            operation: remote.parent.map_or_else(start, TraceParent::child),
            parent_id: remote.parent.map(|parent| parent.parent_id),
            state: remote.state.clone(),
        }
    }

    /// Returns the operation of the caller, if the trace did not start here.
    #[must_use]
    pub fn caller(&self) -> Option<TraceParent> {
        self.parent_id.map(|parent_id| TraceParent {
            parent_id,
            ..self.operation
        })
    }
}

/// The operation, as a `traceparent`.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.operation, f)
    }
}
