//! `ah_w3c::TraceState::read`, on any bytes: a line is a field.

#![no_main]

use ah_w3c::TraceState;

libfuzzer_sys::fuzz_target!(|lines: &[u8]| {
    let Ok(state) = TraceState::read(lines.split(|byte| *byte == b'\n')) else {
        return;
    };
    assert_eq!(state.as_str().parse().as_ref(), Ok(&state));
    assert_eq!(
        TraceState::read(state.as_str().split(',').map(str::as_bytes)).as_ref(),
        Ok(&state)
    );
    assert!(state.as_str().len() <= 512 && state.iter().count() <= 32);
    for (key, value) in state.iter() {
        assert_eq!(state.get(key), Some(value));
        let changed = state.with(key, "1").expect("its key was read");
        assert_eq!(changed.without(key), state.without(key));
    }
});
