//! What a receiver says that it received.

use crate::{Failure, request::Sent};

/// A span, with ids as hexadecimal digits.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) trace: String,
    pub(crate) span: String,
    pub(crate) parent: String,
    pub(crate) name: String,
    /// Trace and span of each.
    pub(crate) links: Vec<[String; 2]>,
    pub(crate) tenant: Option<String>,
}

/// How many spans a request has: its own, the one of its task, and those of two resources.
pub(crate) const SPANS: usize = 4;

/// Compares what was received with what was sent.
pub(crate) fn check(sent: &Sent, spans: &[Span]) -> Result<(), Failure> {
    let named = |name: &str| {
        let mut found = spans.iter().filter(|span| span.name == name);
        match (found.next(), found.next()) {
            (Some(span), None) => Ok(span),
            _ => Err(format!("not one span is named {name}: {spans:#?}")),
        }
    };
    let [request, worker] = [named("GET /order")?, named("charge")?];
    let [query, row] = [named("DBQuery")?, named("DBRow")?];
    let equal = [
        ("the request's id", &request.span, &sent.request),
        ("the request's parent", &request.parent, &sent.caller),
        ("the task's span", &worker.span, &sent.worker),
        (
            "the parent of the task's span",
            &worker.parent,
            &sent.request,
        ),
        ("the parent of the query", &query.parent, &sent.request),
        ("the parent of the row", &row.parent, &sent.request),
    ];
    for (what, received, expected) in equal {
        if received != expected {
            return Err(format!("{what} is {received}, not {expected}: {spans:#?}").into());
        }
    }
    if spans.len() != SPANS || spans.iter().any(|span| span.trace != sent.trace) {
        return Err(format!(
            "other spans, or of another trace than {}: {spans:#?}",
            sent.trace
        )
        .into());
    }
    if row.links != [[sent.trace.clone(), query.span.clone()]] || !query.links.is_empty() {
        return Err(format!("the row is not linked to the query alone: {spans:#?}").into());
    }
    if worker.tenant.as_deref() != Some("acme, Inc.") {
        return Err(format!("the baggage did not follow into the task: {spans:#?}").into());
    }
    Ok(())
}
