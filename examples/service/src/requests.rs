//! The callers: some bring an id and a trace, some do not.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use ah_w3c::TraceParent;
use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::task::JoinSet;

use crate::Result;

const AT_A_TIME: u32 = 64;

/// What was sent, and the id that came back.
pub(crate) struct Answer {
    pub(crate) order: u32,
    pub(crate) tenant: String,
    pub(crate) caller: Option<TraceParent>,
    pub(crate) request_id: String,
}

/// Sends so many requests, and returns their answers by the number of the order.
pub(crate) async fn send(to: SocketAddr, requests: u32) -> Result<Vec<Answer>> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let next = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..AT_A_TIME {
        let (client, next) = (client.clone(), next.clone());
        tasks.spawn(async move {
            let mut answers = Vec::new();
            loop {
                let order = next.fetch_add(1, Relaxed);
                if order >= requests {
                    return Ok(answers);
                }
                answers.push(one(&client, to, order).await?);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(answers) = tasks.join_next().await {
        let answers: Result<Vec<Answer>> = answers?;
        all.extend(answers?);
    }
    all.sort_by_key(|answer| answer.order);
    Ok(all)
}

async fn one(client: &Client<HttpConnector, Body>, to: SocketAddr, order: u32) -> Result<Answer> {
    let id = (!order.is_multiple_of(3)).then(|| format!("req-{order}"));
    let caller = (!order.is_multiple_of(5)).then(|| TraceParent::new_root(true));
    let tenant = format!("tenant-{}", order % 7);
    let mut request = Request::post(format!("http://{to}/orders/{order}"));
    request = request.header("baggage", format!("tenant={tenant}"));
    if let Some(id) = &id {
        request = request.header("x-request-id", id);
    }
    if let Some(caller) = caller {
        request = request.header("traceparent", caller.to_string());
    }
    let response = client.request(request.body(Body::empty())?).await?;
    let request_id = response
        .headers()
        .get("x-request-id")
        .ok_or("no id came back")?;
    let request_id = request_id.to_str()?.to_owned();
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status != 200 || body != order.to_string() || id.is_some_and(|id| id != request_id) {
        return Err(format!("order {order}: {status} {request_id} {body:?}").into());
    }
    Ok(Answer {
        order,
        tenant,
        caller,
        request_id,
    })
}
