//! Random values, read by the crate and by a small model of the specifications, which is written for its reader and not for
//! speed.

mod model;
mod values;

use ah_w3c::{Baggage, TraceParent, TraceState};
use proptest::prelude::*;

use crate::values::{baggages, changed, fields, parents, states};

fn bytes(fields: &[String]) -> impl Iterator<Item = &[u8]> {
    fields.iter().map(|field| field.as_bytes())
}

proptest! {
    #[test]
    fn a_traceparent_is_read_as_by_the_model(value in changed(parents())) {
        let read = TraceParent::read(value.as_bytes()).ok();
        prop_assert_eq!(read.map(|parent| parent.to_string()), model::parent(&value));
    }

    #[test]
    fn a_tracestate_is_read_as_by_the_model(fields in fields(changed(states()))) {
        let read = TraceState::read(bytes(&fields)).ok();
        prop_assert_eq!(read.map(|state| state.as_str().to_owned()), model::state(&fields));
    }

    #[test]
    fn an_entry_is_added_as_by_the_model(value in states(), entry in changed(states())) {
        let Ok(state) = value.parse::<TraceState>() else { return Ok(()) };
        let (key, value) = entry.split_once('=').unwrap_or((&entry, ""));
        let more = state.with(key, value).ok();
        let expected = model::state_with(state.as_str(), key, value);
        prop_assert_eq!(more.map(|state| state.as_str().to_owned()), expected);
    }

    #[test]
    fn a_baggage_is_read_as_by_the_model(fields in fields(changed(baggages()))) {
        let read = Baggage::read(bytes(&fields)).ok();
        prop_assert_eq!(read.as_ref().map(|baggage| baggage.as_str().to_owned()), model::baggage(&fields));
        for member in read.iter().flat_map(Baggage::iter) {
            let same_key = |other: &ah_w3c::Member<'_>| other.key() == member.key();
            let last = read.iter().flat_map(Baggage::iter).rfind(same_key);
            let got = read.as_ref().and_then(|baggage| baggage.get(member.key()));
            prop_assert_eq!(got, last.map(|last| last.value()));
        }
    }

    #[test]
    fn any_text_is_a_value_of_a_baggage(old in baggages(), key in "[a-z!#$%&'*+.^_`|~-]{1,8}", value in ".{0,40}") {
        let Ok(baggage) = old.parse::<Baggage>() else { return Ok(()) };
        let Ok(more) = baggage.with(&key, &value) else { return Ok(()) };
        let got = more.get(&key).map(|value| value.into_owned());
        prop_assert_eq!(got, Some(value));
        let again: Result<Baggage, _> = more.as_str().parse();
        prop_assert_eq!(again.as_ref(), Ok(&more));
        prop_assert_eq!(more.without(&key), baggage.without(&key));
    }
}
