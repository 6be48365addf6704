//! A recipe a file, each of which runs. The others are in `docs/carriers.md`.

mod child_process;
mod json_subscriber;
mod queue;
mod reqwest_middleware;
mod sentry;
mod sqlx_after_connect;
mod support;
mod tonic_interceptor;
