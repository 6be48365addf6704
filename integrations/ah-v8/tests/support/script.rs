//! A value as a script that makes it: another way from the value to Node than the bytes.

use std::fmt::Write as _;

use ah_v8::{BigInt, JsString, Object, Primitive, Value, View, ViewKind};
use std::collections::HashMap;

use ah_v8::Label;

/// The body of a function that returns the value. It uses what `driver.mjs` has: `text`, `set`, `bytes`, `array`.
pub(crate) fn script(value: &Value) -> String {
    let mut writer = Writer {
        lines: String::new(),
        next: 0,
        names: HashMap::new(),
    };
    let result = writer.value(value);
    format!("{}return {result};", writer.lines)
}

struct Writer {
    lines: String,
    next: usize,
    names: HashMap<Label, String>,
}

impl Writer {
    /// Names an object that this expression makes.
    fn name(&mut self, label: Option<Label>, expression: &str) -> String {
        let name = format!("o{}", self.next);
        self.next += 1;
        writeln!(self.lines, "const {name} = {expression};").expect("a string");
        if let Some(label) = label {
            self.names.insert(label, name.clone());
        }
        name
    }

    fn value(&mut self, value: &Value) -> String {
        match value {
            Value::Undefined => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => self::number(*number),
            Value::BigInt(integer) => big_int(integer),
            Value::String(string) => text(string),
            Value::Same(label) => self.names[label].clone(),
            Value::Shared(label, object) => self.object(Some(*label), object),
            object => self.object(None, object),
        }
    }

    fn object(&mut self, label: Option<Label>, object: &Value) -> String {
        match object {
            Value::Date(date) => self.name(label, &format!("new Date({})", number(date.millis()))),
            Value::RegExp(reg_exp) => {
                let (source, flags) = (text(&reg_exp.source), reg_exp.flags);
                self.name(label, &format!("new RegExp({source}, '{flags}')"))
            }
            Value::Boxed(Primitive::Bool(value)) => {
                self.name(label, &format!("new Boolean({value})"))
            }
            Value::Boxed(Primitive::Number(value)) => {
                self.name(label, &format!("new Number({})", number(*value)))
            }
            Value::Boxed(Primitive::String(value)) => {
                self.name(label, &format!("new String({})", text(value)))
            }
            Value::Boxed(Primitive::BigInt(value)) => {
                self.name(label, &format!("Object({})", big_int(value)))
            }
            Value::Array(array) => {
                let is_of_numbers = array
                    .elements
                    .iter()
                    .all(|element| element.as_number().is_some());
                let name = self.name(label, if is_of_numbers { "[]" } else { "array()" });
                for element in &array.elements {
                    let element = self.value(element);
                    writeln!(self.lines, "{name}.push({element});").expect("a string");
                }
                self.properties(&name, &array.properties);
                name
            }
            Value::SparseArray(array) => {
                let name = self.name(label, "[]");
                writeln!(self.lines, "{name}.length = {};", array.length).expect("a string");
                self.properties(&name, &array.properties);
                name
            }
            Value::Object(object) => {
                let name = self.name(label, "{}");
                self.properties(&name, object);
                name
            }
            Value::Map(map) => {
                let name = self.name(label, "new Map()");
                for (key, value) in &map.entries {
                    let (key, value) = (self.value(key), self.value(value));
                    writeln!(self.lines, "{name}.set({key}, {value});").expect("a string");
                }
                name
            }
            Value::Set(set) => {
                let name = self.name(label, "new Set()");
                for value in &set.values {
                    let value = self.value(value);
                    writeln!(self.lines, "{name}.add({value});").expect("a string");
                }
                name
            }
            Value::ArrayBuffer(buffer) => {
                let max = buffer
                    .max_byte_length()
                    .map_or("undefined".into(), |max| max.to_string());
                self.name(
                    label,
                    &format!("bytes('{}', {max})", super::hex(buffer.bytes())),
                )
            }
            Value::View(view) => self.view(label, view),
            Value::Error(error) => {
                let message = error.message.as_ref().map_or(String::new(), text);
                let name = self.name(label, &format!("new {}({message})", error.kind.name()));
                let stack = error.stack.as_ref().map_or("undefined".into(), text);
                writeln!(self.lines, "hidden({name}, 'stack', {stack});").expect("a string");
                if let Some(cause) = &error.cause {
                    let cause = self.value(cause);
                    writeln!(self.lines, "hidden({name}, 'cause', {cause});").expect("a string");
                }
                name
            }
            other => panic!("no script for {other:?}"),
        }
    }

    fn properties(&mut self, name: &str, object: &Object) {
        for (key, value) in object.iter() {
            let value = self.value(value);
            writeln!(self.lines, "set({name}, {}, {value});", text(key)).expect("a string");
        }
    }

    fn view(&mut self, label: Option<Label>, view: &View) -> String {
        let buffer = self.value(view.buffer());
        let length = view.byte_length() / view.kind().bytes_per_element();
        let length = if view.tracks_length() {
            "undefined".into()
        } else {
            length.to_string()
        };
        let arguments = format!("({buffer}, {}, {length})", view.byte_offset());
        match view.kind() {
            ViewKind::Buffer => self.name(label, &format!("Buffer.from{arguments}")),
            kind => self.name(label, &format!("new {kind:?}{arguments}")),
        }
    }
}

/// Rust and JavaScript spell all numbers alike but these.
fn number(number: f64) -> String {
    format!("{number:?}").replace("inf", "Infinity")
}

/// In hex, as `Debug` has it.
fn big_int(integer: &BigInt) -> String {
    format!("({integer:?})")
}

fn text(string: &JsString) -> String {
    let units: Vec<_> = string.to_utf16().iter().map(u16::to_string).collect();
    format!("text({})", units.join(", "))
}
