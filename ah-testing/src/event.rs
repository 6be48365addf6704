//! What a collector records.

use std::{fmt, thread::ThreadId};

use ah_core::{AsyncId, Phase};

/// One event, as the hook of a [`Collector`](crate::Collector) received it.
///
/// As text it is a line such as `init DBQuery 3<2` (trigger 2), `before DBQuery 3`, `resolve REPORT 4`. A type is `?` if
/// the collector did not receive the init.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub phase: Phase,
    /// The id of the resource.
    pub async_id: AsyncId,
    /// The type in its init, if that was received.
    pub resource_type: Option<&'static str>,
    /// The id of what caused the resource: in its init only.
    pub trigger_async_id: Option<AsyncId>,
    /// The execution id when the event was received.
    pub execution_async_id: AsyncId,
    /// Where that was.
    pub thread: ThreadId,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::PromiseResolve => "resolve",
            other => other.name(),
        };
        write!(
            f,
            "{phase} {} {}",
            self.resource_type.unwrap_or("?"),
            self.async_id
        )?;
        match self.trigger_async_id {
            Some(trigger) => write!(f, "<{trigger}"),
            None => Ok(()),
        }
    }
}
