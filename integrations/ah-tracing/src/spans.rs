//! The bridge for spans.

use ah_core::bridge::Bridge;
use tracing::{Dispatch, Id, Span, dispatcher};

/// Carries the current span of `tracing` with the work: registered once, when the program starts.
///
/// A span that is carried stays open as long as whatever carries it, as in `tracing` itself a clone keeps it open.
///
/// # Examples
///
/// ```
/// use tracing::{Span, info_span};
///
/// async_hooks::bridge::register(ah_tracing::Spans)?;
/// # tracing::subscriber::set_global_default(tracing_subscriber::registry()).unwrap();
///
/// let request = info_span!("request");
/// let callback = request.in_scope(|| async_hooks::bind(Span::current));
/// assert_eq!(callback(), request); // on whatever thread it is called
/// assert!(Span::current().is_none());
/// # Ok::<(), async_hooks::bridge::RegisterError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Spans;

/// No more spans than this are exited at once: a bound for subscribers that do not keep track of what is current.
const MOST: usize = 64;

impl Bridge for Spans {
    type Value = Span;
    /// The spans that were current, the innermost first.
    type Saved = Vec<Id>;

    fn capture(&self) -> Option<Span> {
        Some(Span::current()).filter(|span| !span.is_none())
    }

    fn is_current(&self, value: Option<&Span>) -> bool {
        let expected = value.and_then(Span::id);
        dispatcher::get_default(|dispatch| dispatch.current_span().id() == expected.as_ref())
    }

    /// `tracing` has no way to say that no span is current, and a span that is entered twice is not current by the
    /// second time: so those that are current are exited, as they are at the end of a poll.
    fn install(&self, value: Option<&Span>) -> Vec<Id> {
        let exited = dispatcher::get_default(exit_all);
        if let Some(span) = value {
            span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
        }
        exited
    }

    fn restore(&self, value: Option<&Span>, saved: Vec<Id>) {
        if let Some(span) = value {
            span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
        }
        if !saved.is_empty() {
            dispatcher::get_default(|dispatch| {
                saved.iter().rev().for_each(|id| dispatch.enter(id));
            });
        }
    }
}

fn exit_all(dispatch: &Dispatch) -> Vec<Id> {
    let mut exited = Vec::new();
    while let Some(id) = dispatch.current_span().into_inner().map(|(id, _)| id) {
        if exited.len() == MOST {
            break;
        }
        dispatch.exit(&id);
        exited.push(id);
    }
    exited
}
