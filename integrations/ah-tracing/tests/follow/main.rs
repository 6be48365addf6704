//! Spans, OpenTelemetry's context, a thread-local of the program's own and a store follow the work, where no wrapper of
//! theirs is: on plain tokio and, with `--cfg tokio_unstable`, on a runtime with the hooks of `ah-tokio`. A binary of
//! its own, since bridges and the subscriber are the process's.

mod locale;
mod near;
mod seen;
mod support;
mod tasks;
mod threads;
mod undone;
