//! reqwest: its client has a pool, whose tasks it spawns itself.

use ::axum::body::Body;
use ::reqwest::Client;

use crate::support::{ByTasks, Forward, checked};

/// Requests share one connection by HTTP/2.
fn client() -> Client {
    let builder = Client::builder().no_proxy().http2_prior_knowledge();
    builder.build().unwrap()
}

async fn send(client: Client, url: String, body: Body) -> String {
    let request = client
        .post(url)
        .body(::reqwest::Body::wrap_stream(body.into_data_stream()));
    request.send().await.unwrap().text().await.unwrap()
}

/// The task of a connection is spawned for the request that asks for it, polls what later ones send, and lives on.
#[test]
fn a_pooled_connection_keeps_the_request_that_it_was_made_in() {
    checked(async || {
        let client = client();
        let send = move |url, body| send(client.clone(), url, body);
        let by_tasks = ByTasks {
            seen: Some(1),
            held: &[1],
        };
        Forward::by(send).await.check(by_tasks).await;
    });
}

/// Its tasks cannot be spawned by anyone else, but its connection can be created before the first request needs it.
#[test]
fn a_client_that_is_warmed_with_no_store_keeps_none() {
    checked(async || {
        let client = std::sync::Arc::new(tokio::sync::OnceCell::new());
        let send = move |url: String, body| {
            let client = client.clone();
            async move {
                let warm = async {
                    let client = crate::reqwest::client();
                    client.post(&url).send().await.unwrap();
                    client
                };
                let warm = async_hooks::Snapshot::empty().scope(warm);
                let client: &Client = client.get_or_init(|| warm).await;
                send(client.clone(), url, body).await
            }
        };
        let by_tasks = ByTasks {
            seen: None,
            held: &[],
        };
        Forward::by(send).await.check(by_tasks).await;
    });
}
