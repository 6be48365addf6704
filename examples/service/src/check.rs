//! Every line and every span against the request that it belongs to.

use std::collections::{BTreeMap, HashSet};

use ah_inspect::Recording;
use ah_w3c::TraceParent;
use opentelemetry::trace::{SpanId, SpanKind};
use opentelemetry_sdk::trace::SpanData;
use serde_json::Value;

use crate::{Result, requests::Answer};

/// What each request logs, in alphabetic order.
const MESSAGES: [&str; 6] = [
    "answering",
    "charged",
    "charging",
    "packed",
    "received",
    "streaming",
];

/// Returns a summary, or what is wrong with the first request that is not as it should be.
pub(crate) fn check(answers: &[Answer], lines: &[Value], spans: &[SpanData]) -> Result<String> {
    let mut lines_of = by_order(lines, |line| {
        line["order"].as_u64().map(|order| order.to_string())
    });
    let mut spans_of = by_order(spans, order_of_span);
    let mut traces = HashSet::new();
    for answer in answers {
        let order = answer.order.to_string();
        let lines = lines_of.remove(&order).unwrap_or_default();
        let spans = spans_of.remove(&order).unwrap_or_default();
        let trace = check_spans(answer, &spans)
            .and_then(|trace| check_lines(answer, &lines, &trace).map(|()| trace))
            .map_err(|what| format!("order {order}: {what}\n{lines:#?}\n{spans:#?}"))?;
        if !traces.insert(trace) {
            return Err(format!("order {order}: another request has its trace").into());
        }
    }
    if let Some(other) = lines_of.keys().chain(spans_of.keys()).next() {
        return Err(format!("{other:?} is no order that was sent").into());
    }
    let (requests, lines, spans) = (answers.len(), lines.len(), spans.len());
    Ok(format!(
        "{requests} requests: {lines} lines and {spans} spans, each of its request"
    ))
}

/// Returns a summary, or the contexts that the inspector reports as lost.
pub(crate) fn none_lost(recording: &Recording) -> Result<String> {
    let lost = ah_inspect::lost();
    if recording.events() == 0 {
        return Err("nothing was recorded".into());
    }
    if !lost.is_empty() {
        let reports: Vec<_> = lost.iter().map(ToString::to_string).collect();
        return Err(format!("{} lost:\n{}", lost.len(), reports.join("\n")).into());
    }
    Ok("0 contexts lost, as the inspector says".to_owned())
}

fn by_order<T>(all: &[T], order: impl Fn(&T) -> Option<String>) -> BTreeMap<String, Vec<&T>> {
    let mut by_order = BTreeMap::<_, Vec<_>>::new();
    for item in all {
        by_order
            .entry(order(item).unwrap_or_default())
            .or_default()
            .push(item);
    }
    by_order
}

fn order_of_span(span: &SpanData) -> Option<String> {
    let order = span
        .attributes
        .iter()
        .find(|pair| pair.key.as_str() == "order");
    order.map(|pair| pair.value.to_string())
}

type Checked<T> = std::result::Result<T, String>;

fn is(what: &str, found: impl AsRef<str>, expected: impl AsRef<str>) -> Checked<()> {
    let (found, expected) = (found.as_ref(), expected.as_ref());
    (found == expected)
        .then_some(())
        .ok_or_else(|| format!("{what} is {found}, not {expected}"))
}

fn check_lines(answer: &Answer, lines: &[&Value], trace: &str) -> Checked<()> {
    let mut messages: Vec<_> = lines
        .iter()
        .filter_map(|line| line["message"].as_str())
        .collect();
    messages.sort();
    is("what it logs", messages.join(" "), MESSAGES.join(" "))?;
    for line in lines {
        let field = |name: &str| line[name].as_str().unwrap_or("missing");
        is("the id of a line", field("request_id"), &answer.request_id)?;
        is("the tenant of a line", field("tenant"), &answer.tenant)?;
        let of_line: TraceParent = field("trace")
            .parse()
            .map_err(|why| format!("a trace: {why}"))?;
        is("the trace of a line", of_line.trace_id.to_string(), trace)?;
    }
    Ok(())
}

/// Four spans: the request to `orders`, in it the worker and the call, and in that the request to `ledger`. Returns
/// their trace.
fn check_spans(answer: &Answer, spans: &[&SpanData]) -> Checked<String> {
    let id = |span: &SpanData| span.span_context.span_id();
    let child_of = |parent: SpanId, name: &str, kind: SpanKind| {
        let mut found = spans.iter().filter(|span| {
            span.parent_span_id == parent && span.name == name && span.span_kind == kind
        });
        let (one, more) = (found.next(), found.next());
        one.filter(|_| more.is_none())
            .ok_or_else(|| format!("not one {name} in {parent}"))
    };
    let caller = answer
        .caller
        .map_or([0; 8], |caller| caller.parent_id.to_bytes());
    let request = child_of(SpanId::from_bytes(caller), "request", SpanKind::Server)?;
    child_of(id(request), "pack", SpanKind::Internal)?;
    let call = child_of(id(request), "charge", SpanKind::Client)?;
    child_of(id(call), "request", SpanKind::Server)?;
    is("the number of spans", spans.len().to_string(), "4")?;

    let trace = request.span_context.trace_id().to_string();
    for span in spans {
        is(
            "the trace of a span",
            span.span_context.trace_id().to_string(),
            &trace,
        )?;
    }
    if let Some(caller) = answer.caller {
        is("the trace", &trace, caller.trace_id.to_string())?;
    }
    Ok(trace)
}
