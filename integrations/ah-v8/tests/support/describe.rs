//! Values as `driver.mjs` describes them: another way from Node to the value than the bytes.

use std::collections::{HashMap, HashSet};

use ah_v8::{
    ArrayBuffer, BigInt, Date, JsError, JsErrorKind, JsString, Label, Object, Primitive, RegExp,
    Set, SparseArray, Value, View, ViewKind,
};
use serde_json::Value as Json;

use super::unhex;

pub(crate) fn value(description: &Json) -> Value {
    let mut shared = HashSet::new();
    references(description, &mut shared);
    let labels = shared.into_iter().map(|id| (id, Label::new())).collect();
    Reader { labels }.value(description)
}

fn references(json: &Json, found: &mut HashSet<u64>) {
    match json {
        Json::Object(object) => {
            if object.get("t").and_then(Json::as_str) == Some("ref") {
                found.extend(object["id"].as_u64());
            }
            object.values().for_each(|child| references(child, found));
        }
        Json::Array(array) => array.iter().for_each(|child| references(child, found)),
        _ => {}
    }
}

struct Reader {
    labels: HashMap<u64, Label>,
}

impl Reader {
    fn value(&self, json: &Json) -> Value {
        let value = self.inner(json);
        let label = json["id"].as_u64().and_then(|id| self.labels.get(&id));
        match (label, value) {
            (_, Value::Same(label)) => Value::Same(label),
            (Some(label), value) => Value::Shared(*label, Box::new(value)),
            (None, value) => value,
        }
    }

    fn inner(&self, json: &Json) -> Value {
        match text(&json["t"]) {
            "undefined" => Value::Undefined,
            "null" => Value::Null,
            "boolean" => Value::Bool(json["v"] == true),
            "number" => Value::Number(number(&json["v"])),
            "bigint" => big_int(json).into(),
            "string" => string(&json["v"]).into(),
            "ref" => Value::Same(self.labels[&json["id"].as_u64().expect("a number")]),
            "date" => Date::from_millis(number(&json["v"])).into(),
            "regexp" => RegExp::new(string(&json["source"]), text(&json["flags"]))
                .expect("flags")
                .into(),
            "boxed" => boxed(&json["v"]).into(),
            "array" => self.array(json),
            "object" => self.properties(&json["properties"]).into(),
            "map" => Value::Map(
                pairs(&json["entries"])
                    .map(|(key, value)| (self.value(key), self.value(value)))
                    .collect(),
            ),
            "set" => Value::Set(
                list(&json["values"])
                    .map(|value| self.value(value))
                    .collect::<Set>(),
            ),
            "error" => self.error(json).into(),
            "buffer" => buffer(json).into(),
            "view" => self.view(json).into(),
            other => panic!("unknown: {other}"),
        }
    }

    fn properties(&self, json: &Json) -> Object {
        pairs(json)
            .map(|(name, value)| (string(name), self.value(value)))
            .collect()
    }

    fn array(&self, json: &Json) -> Value {
        let length = json["length"].as_u64().expect("a length") as u32;
        let properties = self.properties(&json["properties"]);
        let mut sparse = SparseArray::new(length);
        sparse.properties = properties;
        super::without_holes(&sparse.into())
    }

    fn error(&self, json: &Json) -> JsError {
        let kinds = [
            JsErrorKind::Error,
            JsErrorKind::EvalError,
            JsErrorKind::RangeError,
            JsErrorKind::ReferenceError,
            JsErrorKind::SyntaxError,
            JsErrorKind::TypeError,
            JsErrorKind::UriError,
        ];
        let kind = kinds
            .into_iter()
            .find(|kind| kind.name() == text(&json["name"]))
            .expect("a class");
        let mut error = JsError::new(kind, "");
        error.message = json.get("message").map(string);
        error.stack = json.get("stack").map(string);
        error.cause = json.get("cause").map(|cause| self.value(cause));
        error
    }

    fn view(&self, json: &Json) -> View {
        let kind = kind(text(&json["kind"]));
        let Some(of) = json.get("buffer") else {
            return View::new(kind, unhex(text(&json["v"]))).expect("whole elements");
        };
        let (offset, length) = (json["offset"].as_u64(), json["length"].as_u64());
        let part = (
            offset.expect("an offset") as u32,
            length.expect("a length") as u32,
        );
        let view = View::of(kind, self.value(of), part.0, part.1).expect("a part");
        if json["tracks"] == true {
            view.tracking_length()
        } else {
            view
        }
    }
}

fn list(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().expect("an array").iter()
}

fn pairs(json: &Json) -> impl Iterator<Item = (&Json, &Json)> {
    list(json).map(|pair| (&pair[0], &pair[1]))
}

fn text(json: &Json) -> &str {
    json.as_str().expect("a string")
}

/// Its 16-bit units, in hex.
fn string(json: &Json) -> JsString {
    let bytes = unhex(text(json));
    let units = bytes
        .chunks(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    JsString::from_utf16(units.collect())
}

/// Its 64 bits, in hex.
fn number(json: &Json) -> f64 {
    f64::from_bits(u64::from_str_radix(text(json), 16).expect("hex"))
}

fn big_int(json: &Json) -> BigInt {
    let mut bytes = unhex(text(&json["v"]));
    bytes.reverse();
    BigInt::from_le_bytes(json["negative"] == true, &bytes)
}

fn boxed(json: &Json) -> Primitive {
    match text(&json["t"]) {
        "boolean" => Primitive::Bool(json["v"] == true),
        "number" => Primitive::Number(number(&json["v"])),
        "bigint" => Primitive::BigInt(big_int(json)),
        _ => Primitive::String(string(&json["v"])),
    }
}

fn buffer(json: &Json) -> ArrayBuffer {
    let bytes = unhex(text(&json["v"]));
    match json["max"].as_u64() {
        Some(max) => ArrayBuffer::resizable(bytes, max as u32).expect("longer"),
        None => ArrayBuffer::new(bytes),
    }
}

fn kind(name: &str) -> ViewKind {
    use ViewKind::*;
    let kinds = [
        Int8Array,
        Uint8Array,
        Uint8ClampedArray,
        Int16Array,
        Uint16Array,
        Int32Array,
        Uint32Array,
        Float16Array,
        Float32Array,
        Float64Array,
        BigInt64Array,
        BigUint64Array,
        DataView,
        Buffer,
    ];
    kinds
        .into_iter()
        .find(|kind| format!("{kind:?}") == name)
        .expect("a kind")
}
