//! A tracer that says what the current operation is: global to the process, so in a file of its own.

use std::cell::RefCell;

use ah_tower::{BAGGAGE, REQUEST_ID, TRACE, Trace, headers};
use ah_w3c::{Remote, TraceParent};

thread_local! {
    static CURRENT: RefCell<Option<Remote>> = const { RefCell::new(None) };
}

#[test]
fn the_span_of_a_tracer_is_the_parent_of_a_call() {
    ah_w3c::set_current(|| CURRENT.with_borrow(Clone::clone)).unwrap();
    let trace = Trace::answering(&Remote::default(), true);
    let operation = trace.operation;
    let sent = || {
        REQUEST_ID.run("req-7".parse().unwrap(), || {
            TRACE.run(trace.clone(), || {
                BAGGAGE.run("tenant=1".parse().unwrap(), headers)
            })
        })
    };
    let parent = |headers: &http::HeaderMap| -> TraceParent {
        headers["traceparent"].to_str().unwrap().parse().unwrap()
    };

    // no current span: a child of the operation that answers the request
    let child = parent(&sent());
    assert_eq!(child.trace_id, operation.trace_id);
    assert_ne!(child.parent_id, operation.parent_id);

    // a current span: that span itself, which is what a backend knows
    let span = TraceParent::new_root(true);
    let state = "rojo=1".parse().unwrap();
    CURRENT.set(Some(Remote {
        parent: Some(span),
        state,
        ..Remote::default()
    }));
    let headers_of_span = sent();
    assert_eq!(parent(&headers_of_span), span);
    assert_eq!(headers_of_span["tracestate"], "rojo=1");
    assert_eq!(
        headers_of_span["baggage"], "tenant=1",
        "the tracer has none"
    );
    assert_eq!(headers_of_span["x-request-id"], "req-7");

    // its baggage comes first, and is used without a span, too
    let baggage = "tenant=2".parse().unwrap();
    CURRENT.set(Some(Remote {
        baggage,
        ..Remote::default()
    }));
    let headers_of_baggage = sent();
    assert_eq!(headers_of_baggage["baggage"], "tenant=2");
    assert_eq!(parent(&headers_of_baggage).trace_id, operation.trace_id);

    // outside of any request
    CURRENT.set(Some(Remote {
        parent: Some(span),
        ..Remote::default()
    }));
    assert_eq!(parent(&headers()), span);
    assert_eq!(headers().len(), 1);
}
