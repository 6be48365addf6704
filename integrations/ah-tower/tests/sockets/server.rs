//! What requests bring, and what handlers see.

use std::convert::Infallible;

use ah_tower::{BAGGAGE, REQUEST_ID, ServerLayer, TRACE, Trust};
use ah_w3c::Flags;
use axum::{Router, body::Body, routing::get};
use http::{HeaderName, Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::support::{PARENT, Runtime, TRACE_ID, ask, serve};

const ALL: &[(&str, &str)] = &[
    ("x-request-id", "req-7"),
    ("traceparent", PARENT),
    ("tracestate", "rojo=1"),
    ("tracestate", " congo=2 , "),
    ("baggage", "tenant=Am%C3%A9lie;p=1,other=x"),
];

#[test]
fn what_is_well_formed_is_used() {
    for runtime in Runtime::ALL {
        runtime.block_on(async {
            let address = serve(runtime, ServerLayer::new(), Router::new()).await;
            let (headers, body) = ask(address, "/", ALL).await;
            assert_eq!(headers["x-request-id"], "req-7");
            let expected = format!("req-7 {TRACE_ID} 00f067aa0ba902b7 rojo=1,congo=2 Amélie");
            assert_eq!(body, expected, "{runtime:?}");
        });
    }
}

#[test]
fn what_is_missing_is_created() {
    Runtime::Plain.block_on(async {
        let address = serve(Runtime::Plain, ServerLayer::new(), Router::new()).await;
        let (headers, one) = ask(address, "/", &[]).await;
        let id = headers["x-request-id"].to_str().unwrap();
        assert_eq!(id.len(), 32);
        assert!(one.starts_with(&format!("{id} ")), "{one}");
        assert!(one.ends_with(" -  -"), "no parent, state or tenant: {one}");
        let (_, other) = ask(address, "/", &[]).await;
        let trace = |seen: &str| seen.split(' ').nth(1).unwrap().to_owned();
        assert_ne!(trace(&one), trace(&other));
    });
}

#[test]
fn new_traces_are_sampled_as_the_layer_says_and_continued_ones_as_the_caller_did() {
    let flags = || async {
        let trace = TRACE.get().unwrap();
        trace.operation.flags.contains(Flags::SAMPLED).to_string()
    };
    Runtime::Plain.block_on(async {
        for sampled in [true, false] {
            let routes = Router::new().route("/flags", get(flags));
            let layer = ServerLayer::new().sample_new_traces(sampled);
            let address = serve(Runtime::Plain, layer, routes).await;
            assert_eq!(ask(address, "/flags", &[]).await.1, sampled.to_string());
            let sampled_there = ask(address, "/flags", &[("traceparent", PARENT)]).await;
            assert_eq!(sampled_there.1, "true");
            let not = PARENT.replace("-03", "-02");
            let not_there = ask(address, "/flags", &[("traceparent", &not)]).await;
            assert_eq!(not_there.1, "false");
        }
    });
}

#[test]
fn a_front_gate_looks_at_nothing() {
    Runtime::Plain.block_on(async {
        let gate = ServerLayer::new()
            .request_ids(Trust::Ignore)
            .traces(Trust::Ignore)
            .baggage(Trust::Ignore);
        let address = serve(Runtime::Plain, gate.clone(), Router::new()).await;
        let (headers, body) = ask(address, "/", ALL).await;
        assert_eq!(headers["x-request-id"].len(), 32);
        assert!(
            !body.contains("req-7") && !body.contains(TRACE_ID),
            "{body}"
        );
        assert!(body.ends_with(" -  -"), "{body}");

        ask(
            address,
            "/",
            &[("x-request-id", "two words"), ("traceparent", "no")],
        )
        .await;
        assert_eq!(
            gate.refusals(),
            Default::default(),
            "it is not even refused"
        );
    });
}

#[test]
fn each_is_trusted_by_itself() {
    Runtime::Plain.block_on(async {
        let gate = ServerLayer::new().baggage(Trust::Ignore);
        let address = serve(Runtime::Plain, gate, Router::new()).await;
        let body = ask(address, "/", ALL).await.1;
        let expected = format!("req-7 {TRACE_ID} 00f067aa0ba902b7 rojo=1,congo=2 -");
        assert_eq!(body, expected);
    });
}

#[test]
fn the_header_of_the_id_can_be_another() {
    Runtime::Plain.block_on(async {
        let header = HeaderName::from_static("x-correlation-id");
        let layer = ServerLayer::new().request_id_header(header);
        let address = serve(Runtime::Plain, layer, Router::new()).await;
        let sent = [("x-correlation-id", "c-1"), ("x-request-id", "req-7")];
        let (headers, body) = ask(address, "/", &sent).await;
        assert_eq!(headers["x-correlation-id"], "c-1");
        assert!(headers.get("x-request-id").is_none());
        assert!(body.starts_with("c-1 "), "{body}");
    });
}

#[test]
fn an_id_that_the_service_sets_stays() {
    Runtime::Plain.block_on(async {
        let own = || async { [("x-request-id", "its-own")] };
        let routes = Router::new().route("/own", get(own));
        let address = serve(Runtime::Plain, ServerLayer::new(), routes).await;
        let (headers, _) = ask(address, "/own", ALL).await;
        let all: Vec<_> = headers.get_all("x-request-id").iter().collect();
        assert_eq!(all, ["its-own"]);
    });
}

/// No server that spawns a task for each connection, but one that calls its service where it runs itself.
#[test]
fn a_request_without_baggage_does_not_see_that_of_the_server() {
    Runtime::Plain.block_on(async {
        let service = service_fn(async |_: Request<()>| {
            assert!(BAGGAGE.get().is_none());
            Ok::<_, Infallible>(Response::new(Body::empty()))
        });
        let service = ServerLayer::new().layer(service);
        let outer = "tenant=outer".parse().unwrap();
        let answer = async {
            assert!(BAGGAGE.get().is_some());
            service.oneshot(Request::new(())).await.unwrap();
        };
        BAGGAGE.scope(outer, answer).await;
    });
}

#[test]
fn nothing_is_left_where_the_server_runs() {
    Runtime::Plain.block_on(async {
        let address = serve(Runtime::Plain, ServerLayer::new(), Router::new()).await;
        ask(address, "/", ALL).await;
        assert!(REQUEST_ID.get().is_none() && TRACE.get().is_none());
    });
}
