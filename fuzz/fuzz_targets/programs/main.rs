//! The conformance vectors' parser and interpreter, on programs that Node never ran: the laws of events hold for each, and
//! it logs the same once more.
//!
//! Input that begins as JSON is read as a line of the vectors is; any other is a program in a denser form.

#![no_main]
#![allow(
    dead_code,
    reason = "what tests have in common with this is only a part of them"
)]

mod generate;
#[path = "../../../tests/conformance/program.rs"]
mod program;
#[path = "../../../tests/conformance/sync.rs"]
mod sync;

use program::SyncProgram;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let program = match bytes.first() {
        Some(b'{') => serde_json::from_slice(bytes).ok(),
        _ => generate::program(bytes).ok(),
    };
    if let Some(program) = program.filter(generate::can_run) {
        let again = SyncProgram {
            seed: program.seed,
            storages: program.storages,
            ops: program.ops.clone(),
            log: Vec::new(),
        };
        let (log, _) = sync::replay(program);
        let (log_again, _) = sync::replay(again);
        assert_eq!(log, log_again, "the same once more");
    }
});
