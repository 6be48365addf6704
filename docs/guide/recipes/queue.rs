//! A queue whose messages leave the process: their headers carry the context.
//!
//! The queue is a channel of bytes here. Kafka, AMQP, NATS and SQS have headers of the same form: names with bytes or
//! text. What arrives was written by others, so it is read as strictly as the headers of a request. In one process,
//! `async_hooks::WithContext` carries every store.

use ah_tower::{BAGGAGE, REQUEST_ID, RequestId, TRACE, Trace};
use ah_w3c::Remote;
use tokio::sync::mpsc;

use crate::support::{id, in_request, operation};

struct Message {
    headers: Vec<(String, Vec<u8>)>,
    payload: Vec<u8>,
}

impl Message {
    /// Takes the current context along.
    fn new(payload: impl Into<Vec<u8>>) -> Self {
        let headers = ah_tower::headers();
        let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), value.as_bytes().to_vec())
        };
        Self {
            headers: headers.iter().map(pair).collect(),
            payload: payload.into(),
        }
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self.headers.iter().filter(move |pair| pair.0 == name);
        named.map(|pair| &*pair.1)
    }

    /// Handles the message in its context, as an operation of the trace of its sender.
    async fn handle<F: Future>(self, handler: impl FnOnce(Vec<u8>) -> F) -> F::Output {
        let remote = Remote::read(
            self.values("traceparent"),
            self.values("tracestate"),
            self.values("baggage"),
            |why| eprintln!("{why}"),
        );
        let id = self.values("x-request-id").next();
        let id = id.and_then(|id| RequestId::read(id).ok());
        let trace = Trace::answering(&remote, true);
        let handled = async { handler(self.payload).await };
        let handled = TRACE.scope(trace, BAGGAGE.scope(remote.baggage, handled));
        REQUEST_ID
            .scope(id.unwrap_or_else(RequestId::random), handled)
            .await
    }
}

/// What the worker sees.
async fn seen(payload: Vec<u8>) -> (String, String, ah_w3c::TraceParent) {
    tokio::task::yield_now().await;
    let tenant = BAGGAGE.with(|baggage| {
        baggage
            .unwrap()
            .get("tenant")
            .unwrap_or_default()
            .into_owned()
    });
    let payload = String::from_utf8(payload).unwrap();
    (format!("{} {payload}", id().unwrap()), tenant, operation())
}

#[tokio::test]
async fn a_worker_handles_each_message_in_the_context_of_its_sender() {
    let (sender, mut receiver) = mpsc::channel(8);
    let worker = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Some(message) = receiver.recv().await {
            all.push(Message::handle(message, seen).await);
        }
        assert_eq!(id(), None, "nothing is left between the messages");
        all
    });
    let mut senders = Vec::new();
    for n in 1..=3 {
        let send = async {
            let message = Message::new(format!("payload {n}"));
            sender.send(message).await.map_err(drop).unwrap();
            senders.push(operation());
        };
        in_request(&format!("req-{n}"), send).await;
    }
    let hostile = Message {
        headers: vec![
            ("x-request-id".into(), b"two words".to_vec()),
            ("traceparent".into(), vec![0xff; 55]),
        ],
        payload: b"hostile".to_vec(),
    };
    sender.send(hostile).await.map_err(drop).unwrap();
    drop(sender);

    let all = worker.await.unwrap();
    for (n, (seen, sender)) in (1..).zip(all.iter().zip(&senders)) {
        assert_eq!(
            (&*seen.0, &*seen.1),
            (&*format!("req-{n} payload {n}"), "7")
        );
        assert_eq!(seen.2.trace_id, sender.trace_id);
        assert_ne!(seen.2.parent_id, sender.parent_id);
    }
    let (hostile, tenant, _) = &all[3];
    assert!(
        hostile.ends_with(" hostile") && !hostile.contains("two words"),
        "{hostile}"
    );
    assert_eq!(tenant, "");
}
