//! `#[async_resource]`, in all its stages, on text.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    if let Some(written) = ah_fuzz::Written::parse(text) {
        ah_fuzz::check(ah_fuzz::ASYNC_RESOURCE, &written);
    }
});
