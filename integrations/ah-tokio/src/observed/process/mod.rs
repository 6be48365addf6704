//! Child processes that are resources: tokio's module, with the same names.
//!
//! | what | announces |
//! |---|---|
//! | [`Child`] | `PROCESSWRAP` when spawned; entered when its exit is seen by `wait` or `try_wait`, or by what waits for it: `kill`, `status`, `output` |
//! | its pipes | `PIPEWRAP` when it is spawned, after the child; entered for each read that succeeds |
//! | a write that has to wait, a shutdown | `WRITEWRAP`, `SHUTDOWNWRAP`, requests of the pipe |
//!
//! Whatever collects all output at once enters each pipe that it read once, at the end.

mod child;
mod command;
mod stdio;

pub use child::Child;
pub use command::Command;
pub use stdio::{ChildStderr, ChildStdin, ChildStdout};
