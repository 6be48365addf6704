//! `ah_w3c::Baggage::read`, on any bytes: a line is a field.

#![no_main]

use ah_w3c::Baggage;

libfuzzer_sys::fuzz_target!(|lines: &[u8]| {
    let Ok(baggage) = Baggage::read(lines.split(|byte| *byte == b'\n')) else {
        return;
    };
    assert_eq!(baggage.as_str().parse().as_ref(), Ok(&baggage));
    assert_eq!(
        Baggage::read(baggage.as_str().split(',').map(str::as_bytes)).as_ref(),
        Ok(&baggage)
    );
    assert!(baggage.as_str().len() <= 8192 && baggage.iter().count() <= 64);
    for member in baggage.iter() {
        let properties = member
            .properties()
            .map(|property| (property.key(), property.value()));
        assert!(properties.map(|(key, _)| key).all(|key| !key.is_empty()));
        // what is decoded can be sent, if there is room for it
        if let Ok(changed) = baggage.with(member.key(), &member.value()) {
            assert_eq!(changed.get(member.key()), Some(member.value()));
            assert_eq!(changed.without(member.key()), baggage.without(member.key()));
        }
    }
});
