//! Values that are in order, or nearly so.

use proptest::{collection::vec, prelude::*, sample::select};

/// What may be put into a value, so that it is perhaps no longer in order.
const PIECES: [&str; 22] = [
    "", "0", "a", "A", "f", "G", "-", "_", "@", "=", ",", ";", " ", "\t", "%", "%4", "%e9", "\"",
    "\\", "é", "\n", "\u{7f}",
];

/// A value, in which perhaps a few characters are replaced, or something is added.
pub(crate) fn changed(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        0..2_usize,
        select(&PIECES[..]),
    );
    (value, vec(change, 0..2)).prop_map(|(mut value, changes)| {
        for (at, length, piece) in changes {
            let places: Vec<_> = value.char_indices().map(|(at, _)| at).collect();
            let at = if places.is_empty() {
                0
            } else {
                *at.get(&places)
            };
            let end = value[at..]
                .chars()
                .take(length)
                .map(char::len_utf8)
                .sum::<usize>();
            value.replace_range(at..at + end, piece);
        }
        value
    })
}

/// Several values of one header.
pub(crate) fn fields(value: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<String>> {
    vec(value, 0..4)
}

pub(crate) fn parents() -> impl Strategy<Value = String> {
    let version = select(&["00", "00", "01", "cc", "fe", "ff"][..]);
    let rest = select(&["", "", "", "", "-", "-more", "more"][..]);
    let id = |digits| {
        prop_oneof![9 => "[0-9a-f]{64}", 1 => "0{64}"].prop_map(move |id| id[..digits].to_owned())
    };
    (version, id(32), id(16), "[0-9a-f]{2}", rest).prop_map(
        |(version, trace, parent, flags, rest)| format!("{version}-{trace}-{parent}-{flags}{rest}"),
    )
}

pub(crate) fn states() -> impl Strategy<Value = String> {
    let length = prop_oneof![8 => 1..8_usize, 2 => 100..160_usize, 2 => 254..257_usize];
    let value = (length, "[!-+.-<>-~]").prop_map(|(length, one)| one.repeat(length));
    joined(
        ("[a-e0-9][a-e_*/@-]{0,2}", value).prop_map(|(key, value)| format!("{key}={value}")),
        36,
    )
}

pub(crate) fn baggages() -> impl Strategy<Value = String> {
    let pair = "[a-c!~]{1,2}( =\t)?=?[!-+.-:<-Z^-~%=]{0,3}";
    let length = prop_oneof![20 => Just(1), 1 => 4000..4200_usize];
    let value =
        (length, "(%[0-9a-fA-F]{2}|[b-f]){1,4}").prop_map(|(length, some)| some.repeat(length));
    let member = ("[a-c]{1,2}", value, vec(pair, 0..3)).prop_map(|(key, value, properties)| {
        let properties: String = properties
            .iter()
            .map(|property| format!(" ;{property}"))
            .collect();
        format!("{key}={value}{properties}")
    });
    joined(member, 68)
}

/// Members, mostly a few, with commas and perhaps white space in between.
fn joined(
    member: impl Strategy<Value = String> + 'static,
    most: usize,
) -> impl Strategy<Value = String> {
    let comma = select(&[",", ",", ",", ",", ", ", "\t,", ",,"][..]);
    let one = (member, comma).prop_map(|(member, comma)| member + comma);
    let one = one.boxed();
    let few = vec(one.clone(), 0..4);
    let many = vec(one, most - 8..most);
    prop_oneof![6 => few, 1 => many].prop_map(|members| members.concat())
}
