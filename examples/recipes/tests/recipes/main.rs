//! The recipes of the guide that are whole files, each of which runs: the guide shows them.

#[path = "../../../../docs/guide/recipes/child_process.rs"]
mod child_process;
#[path = "../../../../docs/guide/recipes/json_subscriber.rs"]
mod json_subscriber;
#[path = "../../../../docs/guide/recipes/queue.rs"]
mod queue;
#[path = "../../../../docs/guide/recipes/reqwest_middleware.rs"]
mod reqwest_middleware;
#[path = "../../../../docs/guide/recipes/sentry.rs"]
mod sentry;
#[path = "../../../../docs/guide/recipes/sqlx_after_connect.rs"]
mod sqlx_after_connect;
#[path = "../../../../docs/guide/recipes/support.rs"]
mod support;
#[path = "../../../../docs/guide/recipes/tonic_interceptor.rs"]
mod tonic_interceptor;
