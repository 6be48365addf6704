//! Values as they are after a way through bytes.

use std::collections::HashMap;

use ah_v8::{Array, ArrayBuffer, Label, Value, View};

/// The same value, with what is within it changed by a function.
fn map_children(value: &Value, f: &mut impl FnMut(&Value) -> Value) -> Value {
    match value {
        Value::Array(array) => {
            let mut copy = array.clone();
            copy.elements = array.elements.iter().map(&mut *f).collect();
            copy.properties = array
                .properties
                .iter()
                .map(|(name, value)| (name.clone(), f(value)))
                .collect();
            copy.into()
        }
        Value::SparseArray(array) => {
            let mut copy = array.clone();
            copy.properties = array
                .properties
                .iter()
                .map(|(name, value)| (name.clone(), f(value)))
                .collect();
            copy.into()
        }
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(name, value)| (name.clone(), f(value)))
                .collect(),
        ),
        Value::Map(map) => Value::Map(
            map.entries
                .iter()
                .map(|(key, value)| (f(key), f(value)))
                .collect(),
        ),
        Value::Set(set) => Value::Set(set.values.iter().map(f).collect()),
        Value::Error(error) => {
            let mut copy = error.clone();
            copy.cause = error.cause.as_ref().map(f);
            Value::Error(copy)
        }
        Value::View(view) => {
            let buffer = f(view.buffer());
            let copy = View::of(view.kind(), buffer, view.byte_offset(), view.byte_length())
                .expect("as it was");
            if view.tracks_length() {
                copy.tracking_length().into()
            } else {
                copy.into()
            }
        }
        Value::Shared(label, object) => Value::Shared(*label, Box::new(f(object))),
        value => value.clone(),
    }
}

fn visit<'a>(value: &'a Value, f: &mut impl FnMut(&'a Value)) {
    f(value);
    match value {
        Value::Array(array) => {
            array.elements.iter().for_each(|child| visit(child, f));
            array
                .properties
                .iter()
                .for_each(|(_, child)| visit(child, f));
        }
        Value::SparseArray(array) => array
            .properties
            .iter()
            .for_each(|(_, child)| visit(child, f)),
        Value::Object(object) => object.iter().for_each(|(_, child)| visit(child, f)),
        Value::Map(map) => map.entries.iter().for_each(|(key, child)| {
            visit(key, f);
            visit(child, f);
        }),
        Value::Set(set) => set.values.iter().for_each(|child| visit(child, f)),
        Value::Error(error) => error.cause.iter().for_each(|child| visit(child, f)),
        Value::View(view) => visit(view.buffer(), f),
        Value::Shared(_, object) => visit(object, f),
        _ => {}
    }
}

pub(crate) fn has_cause(value: &Value) -> bool {
    let mut found = false;
    visit(value, &mut |value| {
        found |= matches!(value, Value::Error(error) if error.cause.is_some())
    });
    found
}

/// Returns `true` if it has an array of numbers alone, some of which are integers of 32 bits and some are not.
pub(crate) fn has_mixed_numbers(value: &Value) -> bool {
    let mut found = false;
    visit(value, &mut |value| {
        if let Value::Array(array) = value {
            let numbers: Option<Vec<f64>> = array.elements.iter().map(Value::as_number).collect();
            let is_integer = |number: &f64| f64::from(*number as i32).to_bits() == number.to_bits();
            let integers = numbers
                .iter()
                .flatten()
                .filter(|number| is_integer(number))
                .count();
            found |= integers > 0 && numbers.is_some_and(|numbers| integers < numbers.len());
        }
    });
    found
}

/// What is read of this value: labels that nothing refers to are left out. Without whole buffers, views have bytes of
/// their own, and a buffer is where it first stands by itself.
pub(crate) fn as_read(value: &Value, whole: bool) -> Value {
    let value = if whole {
        whole_views(value)
    } else {
        own_bytes(value)
    };
    let mut used = Vec::new();
    visit(&value, &mut |value| {
        if let Value::Same(label) = value {
            used.push(*label);
        }
    });
    unlabelled(&value, &used)
}

fn unlabelled(value: &Value, used: &[Label]) -> Value {
    match value {
        Value::Shared(label, object) if !used.contains(label) => unlabelled(object, used),
        value => map_children(value, &mut |child| unlabelled(child, used)),
    }
}

/// To V8, Node's buffers are arrays of bytes.
pub(crate) fn whole_views(value: &Value) -> Value {
    match value {
        Value::View(view) if view.kind() == ah_v8::ViewKind::Buffer => {
            let kind = ah_v8::ViewKind::Uint8Array;
            let copy = View::of(
                kind,
                view.buffer().clone(),
                view.byte_offset(),
                view.byte_length(),
            );
            let copy = copy.expect("as it was");
            let copy = if view.tracks_length() {
                copy.tracking_length()
            } else {
                copy
            };
            map_children(&copy.into(), &mut whole_views)
        }
        value => map_children(value, &mut whole_views),
    }
}

fn own_bytes(value: &Value) -> Value {
    let mut buffers = HashMap::new();
    visit(value, &mut |value| {
        if let Value::Shared(label, object) = value {
            if let Value::ArrayBuffer(buffer) = &**object {
                buffers.insert(*label, buffer.clone());
            }
        }
    });
    let mut written = Vec::new();
    own_bytes_of(value, &buffers, &mut written)
}

fn own_bytes_of(
    value: &Value,
    buffers: &HashMap<Label, ArrayBuffer>,
    written: &mut Vec<Label>,
) -> Value {
    match value {
        Value::View(view) => {
            let (offset, length) = (view.byte_offset() as usize, view.byte_length() as usize);
            let bytes = match view.buffer() {
                Value::Same(label) | Value::Shared(label, _) => buffers[label].bytes(),
                Value::ArrayBuffer(buffer) => buffer.bytes(),
                other => panic!("a view of {other:?}"),
            };
            View::new(view.kind(), &bytes[offset..offset + length])
                .expect("as it was")
                .into()
        }
        Value::Same(label) if buffers.contains_key(label) && !written.contains(label) => {
            written.push(*label);
            Value::Shared(*label, Box::new(buffers[label].clone().into()))
        }
        Value::Shared(label, object) if matches!(**object, Value::ArrayBuffer(_)) => {
            written.push(*label);
            value.clone()
        }
        value => map_children(value, &mut |child| own_bytes_of(child, buffers, written)),
    }
}

/// An array without holes is none that has some, though V8 has written it as one.
pub(crate) fn without_holes(value: &Value) -> Value {
    if let Value::SparseArray(array) = value {
        let length = array.length as usize;
        let elements: Vec<_> = array.properties.iter().take(length).collect();
        let is_full = elements.len() == length
            && elements
                .iter()
                .enumerate()
                .all(|(index, (name, _))| name.as_str() == Some(&index.to_string()));
        if is_full {
            let mut full: Array = elements
                .into_iter()
                .map(|(_, value)| without_holes(value))
                .collect();
            let rest = array.properties.iter().skip(length);
            full.properties = rest
                .map(|(name, value)| (name.clone(), without_holes(value)))
                .collect();
            return full.into();
        }
    }
    map_children(value, &mut without_holes)
}
