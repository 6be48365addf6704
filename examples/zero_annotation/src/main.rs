//! An axum application that keeps its request ids with no attribute and no wrapper in it.
//!
//! What there is of `async_hooks`: a storage, `scope` in the middleware, and `instrument` on the runtime. Handlers, tasks and the
//! log are as in any other application. It sends itself 2,000 requests, checks every line that was logged, and exits with
//! 1 if one has the wrong id.
//!
//! Run it in its folder, where `.cargo/config.toml` sets the cfg that tokio's hooks need:
//!
//! ```sh
//! cd examples/zero_annotation && cargo run --release
//! ```

#[cfg(tokio_unstable)]
mod app;
#[cfg(tokio_unstable)]
mod client;

#[cfg(tokio_unstable)]
fn main() -> client::Result<std::process::ExitCode> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    ah_tokio::instrument(&mut builder, ah_tokio::TaskCallbacks::new());
    builder.enable_all().build()?.block_on(client::run())
}

#[cfg(not(tokio_unstable))]
fn main() -> std::process::ExitCode {
    eprintln!(
        "zero_annotation: built without `--cfg tokio_unstable`, so no task would carry its request.\n\
         Run it in its folder, which sets it: cd examples/zero_annotation && cargo run --release"
    );
    std::process::ExitCode::FAILURE
}
