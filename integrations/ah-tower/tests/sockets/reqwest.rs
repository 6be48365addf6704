//! `reqwest`: through `reqwest-middleware`, and manually.

use ah_tower::{ServerLayer, headers, inject};
use axum::{Router, extract::State, routing::get};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};

use crate::support::{PARENT, Runtime, TRACE_ID, ask, header, headers_received, parent, serve};

/// All that a program writes.
struct Inject;

#[async_trait::async_trait]
impl Middleware for Inject {
    async fn handle(
        &self,
        mut request: reqwest::Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        if request.url().host_str() == Some("127.0.0.1") {
            inject(request.headers_mut());
        }
        next.run(request, extensions).await
    }
}

/// Asks the next server for what it received, through the middleware and then manually.
async fn both(State((client, next)): State<(ClientWithMiddleware, String)>) -> String {
    let received = client
        .get(&next)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let plain = reqwest::Client::new().get(&next).headers(headers());
    received + "--\n" + &plain.send().await.unwrap().text().await.unwrap()
}

#[test]
fn reqwest_sends_what_is_current() {
    Runtime::Plain.block_on(async {
        let received = Router::new().route("/received", get(headers_received));
        let next = serve(Runtime::Plain, ServerLayer::new(), received).await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = ClientBuilder::new(client.build().unwrap())
            .with(Inject)
            .build();
        let routes = Router::new().route("/both", get(both));
        let routes = routes.with_state((client, format!("http://{next}/received")));
        let first = serve(Runtime::Plain, ServerLayer::new(), routes).await;

        let sent = [
            ("x-request-id", "req-7"),
            ("traceparent", PARENT),
            ("baggage", "tenant=1"),
        ];
        let (_, body) = ask(first, "/both", &sent).await;
        let (one, two) = body.split_once("--\n").unwrap();
        for received in [one, two] {
            assert_eq!(header(received, "x-request-id"), Some("req-7"));
            assert_eq!(header(received, "baggage"), Some("tenant=1"));
            assert_eq!(parent(received).trace_id.to_string(), TRACE_ID);
        }
        assert_ne!(parent(one).parent_id, parent(two).parent_id);
    });
}
