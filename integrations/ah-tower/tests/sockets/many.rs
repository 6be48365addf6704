//! 2,000 requests, 64 at a time, through two servers: none sees another's values.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use ah_tower::{ClientLayer, ServerLayer};
use ah_w3c::TraceParent;
use axum::{Router, body::Body, extract::State, routing::get};
use http::Request;
use tokio::task::JoinSet;
use tower::{Layer as _, ServiceExt as _};

use crate::support::{Http, Runtime, http, seen, seen_by_a_task, serve, text};

const REQUESTS: u32 = 2_000;
const AT_A_TIME: u32 = 64;

type Next = (Runtime, ah_tower::ClientService<Http>, SocketAddr);

/// What is seen before the call, by a task, by the next server, and after it.
async fn chain(State((runtime, client, next)): State<Next>) -> String {
    let before = seen();
    let by_a_task = seen_by_a_task(runtime).await;
    let request = Request::get(format!("http://{next}/")).body(Body::empty());
    let by_next = text(client.oneshot(request.unwrap()).await.unwrap()).await;
    format!("{before}\n{by_a_task}\n{by_next}\n{}", seen())
}

async fn servers(runtime: Runtime) -> SocketAddr {
    let next = serve(runtime, ServerLayer::new(), Router::new()).await;
    let client = ClientLayer::new().layer(http());
    let routes = Router::new()
        .route("/chain", get(chain))
        .with_state((runtime, client, next));
    serve(runtime, ServerLayer::new(), routes).await
}

/// Sends request `n`, and checks every line of its answer.
async fn one(client: &Http, address: SocketAddr, n: u32) {
    let caller = TraceParent::new_root(true);
    let request = Request::get(format!("http://{address}/chain"))
        .header("x-request-id", format!("req-{n}"))
        .header("traceparent", caller.to_string())
        .header("tracestate", format!("n={n}"))
        .header("baggage", format!("tenant={n}"));
    let response = client
        .request(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.headers()["x-request-id"], format!("req-{n}"));
    let body = text(response).await;
    let lines: Vec<_> = body.lines().collect();
    let line = |parent: &str| format!("req-{n} {} {parent} n={n} {n}", caller.trace_id);
    let here = line(&caller.parent_id.to_string());
    assert_eq!([lines[0], lines[1], lines[3]], [&here; 3]);
    let call = lines[2].split(' ').nth(2).unwrap();
    assert_eq!(lines[2], line(call));
    assert_ne!(call, caller.parent_id.to_string());
}

fn many(runtime: Runtime) {
    runtime.block_on(async {
        let address = servers(runtime).await;
        let (client, next) = (http(), Arc::new(AtomicU32::new(0)));
        let mut tasks = JoinSet::new();
        for _ in 0..AT_A_TIME {
            let (client, next) = (client.clone(), next.clone());
            tasks.spawn(async move {
                let mut done = 0;
                loop {
                    let n = next.fetch_add(1, Relaxed);
                    if n >= REQUESTS {
                        return done;
                    }
                    one(&client, address, n).await;
                    done += 1;
                }
            });
        }
        assert_eq!(tasks.join_all().await.iter().sum::<u32>(), REQUESTS);
    });
}

#[test]
fn on_plain_tokio() {
    many(Runtime::Plain);
}

#[test]
fn on_ah_tokio() {
    many(Runtime::AhTokio);
}
