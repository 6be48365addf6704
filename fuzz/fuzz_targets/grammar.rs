//! All attributes, on options and items that a grammar writes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok((attributes, text)) = ah_fuzz::written(bytes) else {
        return;
    };
    if let Some(written) = ah_fuzz::Written::parse(text.as_bytes()) {
        ah_fuzz::check(attributes, &written);
    }
});
