//! `ah_w3c::TraceParent::read`, on any bytes.

#![no_main]

use ah_w3c::TraceParent;

libfuzzer_sys::fuzz_target!(|value: &[u8]| {
    if let Ok(parent) = TraceParent::read(value) {
        let sent_on = parent.to_ascii();
        assert_eq!(TraceParent::read(&sent_on), Ok(parent));
        assert_eq!(parent.to_string().as_bytes(), sent_on);
    }
});
