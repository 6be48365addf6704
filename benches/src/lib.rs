//! What the benchmarks share: see `docs/guide/performance.md`.

pub mod harness;
mod hooks;
pub mod node;
mod peers;
pub mod processes;
pub mod rows;
mod stores;
pub mod table;

// The example server, as it is.
#[expect(dead_code, reason = "nothing is logged to the screen here")]
#[path = "../../examples/request_ids/log.rs"]
mod log;
#[path = "../../examples/request_ids/request_id.rs"]
mod request_id;
#[expect(dead_code, reason = "what each request logs is not checked here")]
#[path = "../../examples/request_ids/server.rs"]
mod server;
