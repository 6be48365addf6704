//! reqwest-middleware: each call sends the id, trace and baggage of its request, and only where that is allowed.
//!
//! The middleware sees a call once. reqwest follows redirects below it, with all headers, so the client follows none.

use axum::http::Extensions;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next, Result};

use crate::support::{in_request, operation, server};

/// Sends what is current, to one host.
struct Inject {
    only_to: &'static str,
}

#[async_trait::async_trait]
impl Middleware for Inject {
    async fn handle(
        &self,
        mut request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<reqwest::Response> {
        if request.url().host_str() == Some(self.only_to) {
            ah_tower::inject(request.headers_mut());
        }
        next.run(request, extensions).await
    }
}

fn client(only_to: &'static str) -> ClientWithMiddleware {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build();
    ClientBuilder::new(client.expect("a client"))
        .with(Inject { only_to })
        .build()
}

async fn call(client: &ClientWithMiddleware, url: &str) -> String {
    let response = client.get(url).send().await.expect("it answers");
    response.text().await.expect("text")
}

#[tokio::test]
async fn a_call_sends_what_is_current_where_it_is_allowed() {
    let url = format!("http://{}/", server().await);
    in_request("req-7", async {
        let received = call(&client("127.0.0.1"), &url).await;
        let expected = format!("req-7 {} ", operation().trace_id);
        assert!(received.starts_with(&expected), "{received}");
        assert!(received.contains("baggage"), "{received}");

        let received = call(&client("ledger.internal"), &url).await;
        assert!(
            !received.contains("x-request-id") && !received.contains("baggage"),
            "{received}"
        );
    })
    .await;
}
