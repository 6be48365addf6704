//! A server whose handler asks another one.

use async_hooks::ContextExt as _;
use axum::{
    Router,
    body::Body,
    routing::{get, post},
};

use super::{Connection, Server, only_held_are, seen_by_a_task, serve, what_is_seen};

/// Two servers: a handler of the first one sends bodies to the second one, which sends them back.
pub(crate) struct Forward {
    front: Server,
    back: Server,
}

/// What the tasks of a client do with the requests that they work for.
pub(crate) struct ByTasks {
    /// What a body sees that they poll.
    pub(crate) seen: Option<u64>,
    /// What they hold when all is over.
    pub(crate) held: &'static [u64],
}

impl Forward {
    /// `send` gets an address and a body to send there, and returns the body of the answer.
    pub(crate) async fn by<S, F>(send: S) -> Self
    where
        S: Fn(String, Body) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = String> + Send + 'static,
    {
        let back = serve(Router::new().route("/", post(async |body: Body| body))).await;
        let url = back.url("/");
        let handler = move || async move {
            let bare = Body::from_stream(what_is_seen());
            let carried = Body::from_stream(what_is_seen().in_current_context());
            let bare = send(url.clone(), bare).await;
            let carried = send(url, carried).await;
            format!("{:?} {bare} {carried}", seen_by_a_task().await)
        };
        let front = serve(Router::new().route("/", get(handler))).await;
        Self { front, back }
    }

    /// The tasks of the client poll bodies and hold stores as is said; all else sees its own request.
    pub(crate) async fn check(&self, by_tasks: ByTasks) {
        let mut connection = Connection::to(&self.front).await;
        for id in [Some(1), None, Some(2), Some(3), None] {
            let expected = format!("{id:?} {:?} {id:?}", by_tasks.seen);
            assert_eq!(connection.get("/", id).await, expected);
        }
        assert_eq!((self.front.accepted(), self.back.accepted()), (1, 1));
        only_held_are(by_tasks.held).await;
    }
}
