//! The specifications, word for word.

const SPACES: [char; 2] = [' ', '\t'];

/// Level 2 of Trace Context, "traceparent Header Field Values" and "Versioning of traceparent". Returns what is sent on.
pub(crate) fn parent(value: &str) -> Option<String> {
    let fields: Vec<_> = value.trim_matches(SPACES).splitn(5, '-').collect();
    let (version, trace, parent, flags) = match fields[..] {
        [version, trace, parent, flags] => (version, trace, parent, flags),
        [version, trace, parent, flags, _] if version != "00" => (version, trace, parent, flags),
        _ => return None,
    };
    let is_hex = |text: &str, digits| {
        text.len() == digits && text.chars().all(|one| "0123456789abcdef".contains(one))
    };
    let is_id = |text: &str, digits| is_hex(text, digits) && text.chars().any(|one| one != '0');
    if !is_hex(version, 2)
        || version == "ff"
        || !is_id(trace, 32)
        || !is_id(parent, 16)
        || !is_hex(flags, 2)
    {
        return None;
    }
    let flags = u8::from_str_radix(flags, 16).ok()? & 3;
    Some(format!("00-{trace}-{parent}-{flags:02x}"))
}

/// "tracestate Header Field Values". Returns what is sent on.
pub(crate) fn state(fields: &[String]) -> Option<String> {
    let mut entries = Vec::new();
    for entry in members(fields) {
        let parts: Vec<_> = entry.split('=').collect();
        let &[key, value] = &parts[..] else {
            return None;
        };
        if !is_state_entry(key, value) {
            return None;
        }
        entries.push((key.to_owned(), value.to_owned()));
    }
    if entries.len() > 32 {
        return None;
    }
    Some(limited(entries, 0))
}

/// "Mutating the tracestate Field".
pub(crate) fn state_with(state: &str, key: &str, value: &str) -> Option<String> {
    if !is_state_entry(key, value) || key.len() + 1 + value.len() > 512 {
        return None;
    }
    let mut entries = vec![(key.to_owned(), value.to_owned())];
    for entry in members(&[state.to_owned()]) {
        let (key, value) = entry.split_once('=')?;
        entries.push((key.to_owned(), value.to_owned()));
    }
    let mut entries = first_of_each_key(entries);
    entries.truncate(32);
    Some(limited(entries, 1))
}

fn is_state_entry(key: &str, value: &str) -> bool {
    let starts = key.starts_with(|one: char| one.is_ascii_lowercase() || one.is_ascii_digit());
    let is_key =
        |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || "_-*/@".contains(one);
    let is_value = |one: char| (' '..='~').contains(&one) && one != ',' && one != '=';
    starts
        && key.chars().all(is_key)
        && value.chars().all(is_value)
        && (1..=256).contains(&key.len())
        && (1..=256).contains(&value.len())
        && !value.ends_with(' ')
}

/// "tracestate Limits".
fn limited(entries: Vec<(String, String)>, kept: usize) -> String {
    let entries = first_of_each_key(entries);
    let mut entries: Vec<_> = entries
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    while entries.join(",").len() > 512 {
        let mut long = entries.iter().skip(kept).filter(|entry| entry.len() > 128);
        let dropped = long.next_back().or(entries.last()).cloned();
        entries.retain(|entry| Some(entry) != dropped.as_ref());
    }
    entries.join(",")
}

fn first_of_each_key(entries: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for (key, value) in entries {
        if kept.iter().all(|(known, _)| *known != key) {
            kept.push((key, value));
        }
    }
    kept
}

/// "Header Content" of Baggage. Returns what is sent on.
pub(crate) fn baggage(fields: &[String]) -> Option<String> {
    let mut sent = Vec::new();
    for member in members(fields) {
        let mut parts = Vec::new();
        for (at, part) in member.split(';').enumerate() {
            let (key, value) = match part.split_once('=') {
                Some((key, value)) => (key.trim_matches(SPACES), Some(value.trim_matches(SPACES))),
                None => (part.trim_matches(SPACES), None),
            };
            let is_alone = at > 0 && value.is_none();
            if !is_token(key)
                || !(is_alone || value.is_some_and(|value| value.chars().all(is_octet)))
            {
                return None;
            }
            parts.push(value.map_or(key.to_owned(), |value| format!("{key}={value}")));
        }
        sent.push(parts.join(";"));
    }
    let text = sent.join(",");
    (sent.len() <= 64 && text.len() <= 8192).then_some(text)
}

/// RFC 7230, section 3.2.6.
fn is_token(key: &str) -> bool {
    let is_tchar = |one: char| one.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(one);
    !key.is_empty() && key.chars().all(is_tchar)
}

fn is_octet(one: char) -> bool {
    matches!(one, '\x21' | '\x23'..='\x2b' | '\x2d'..='\x3a' | '\x3c'..='\x5b' | '\x5d'..='\x7e')
}

/// What stands between commas, without white space around it, if it is anything.
fn members(fields: &[String]) -> Vec<&str> {
    let members = fields.iter().flat_map(|field| field.split(','));
    let trimmed = members.map(|member| member.trim_matches(SPACES));
    trimmed.filter(|member| !member.is_empty()).collect()
}
