//! Values, as V8 writes them.

use std::collections::HashMap;

use super::output::Output;
use crate::{
    error::{Error, Problem},
    value::{
        Array, ArrayBuffer, JsError, Label, Map, Object, Primitive, RegExp, Set, SparseArray,
        Value, as_int32,
    },
    wire::tag,
};

/// The objects that were written with a label, and how buffers are written.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    pub(super) written: HashMap<Label, Written>,
    pub(super) transferred: HashMap<Label, u32>,
    /// Views are written as Node does, with bytes of their own.
    pub(crate) views_as_host_objects: bool,
    /// They have a number more, as on the channel of a child process.
    pub(crate) is_for_channel: bool,
    /// What V8 takes for an array of bytes is marked if it is Node's.
    pub(crate) marks_nodes: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) id: u32,
    /// Of a buffer: its length, and whether it is resizable.
    pub(super) buffer: Option<(u32, bool)>,
}

impl Identities {
    pub(crate) fn transfer(&mut self, label: Label, number: u32) {
        self.transferred.insert(label, number);
    }

    /// Forgets the objects from this number on.
    pub(crate) fn take_back(&mut self, next_id: u32) {
        self.written.retain(|_, written| written.id < next_id);
    }
}

/// Writes a value. After an error, part of it may be there.
pub(crate) fn write_value(
    out: &mut Output,
    identities: &mut Identities,
    value: &Value,
) -> Result<(), Error> {
    let buffers = None;
    Writer {
        out,
        identities,
        root: value,
        buffers,
    }
    .value(value)
}

pub(super) struct Writer<'a> {
    pub(super) out: &'a mut Output,
    pub(super) identities: &'a mut Identities,
    pub(super) root: &'a Value,
    /// The buffers that are shared, for views that have bytes of their own; found once one needs them.
    pub(super) buffers: Option<HashMap<Label, &'a ArrayBuffer>>,
}

impl<'a> Writer<'a> {
    pub(super) fn value(&mut self, value: &'a Value) -> Result<(), Error> {
        match value {
            Value::Undefined => self.out.tag(tag::UNDEFINED),
            Value::Null => self.out.tag(tag::NULL),
            Value::Bool(true) => self.out.tag(tag::TRUE),
            Value::Bool(false) => self.out.tag(tag::FALSE),
            Value::Number(number) => self.out.number(*number),
            Value::BigInt(integer) => {
                self.out.tag(tag::BIG_INT);
                self.out.big_int(integer)?;
            }
            Value::String(string) => self.out.js_string(string)?,
            Value::Shared(label, object) => return self.object(Some(*label), object),
            Value::Same(label) => return self.same(*label),
            object => return self.object(None, object),
        }
        Ok(())
    }

    /// Writes an object whole.
    fn object(&mut self, label: Option<Label>, object: &'a Value) -> Result<(), Error> {
        match object {
            Value::ArrayBuffer(buffer) => return self.buffer(label, buffer),
            Value::View(view) => return self.view(label, view),
            _ => {}
        }
        let tag = self.object_tag(object)?;
        let id = self.out.begin(tag);
        self.note(label, Written { id, buffer: None })?;
        if object.children().next().is_none() {
            return self.contents(object);
        }
        self.out.enter()?;
        self.contents(object)?;
        self.out.leave();
        Ok(())
    }

    fn object_tag(&self, object: &Value) -> Result<u8, Error> {
        Ok(match object {
            Value::Array(_) => tag::DENSE_ARRAY,
            Value::SparseArray(_) => tag::SPARSE_ARRAY,
            Value::Object(_) => tag::OBJECT,
            Value::Map(_) => tag::MAP,
            Value::Set(_) => tag::SET,
            Value::Date(_) => tag::DATE,
            Value::RegExp(_) => tag::REG_EXP,
            Value::Error(_) => tag::ERROR,
            Value::Boxed(Primitive::Bool(true)) => tag::TRUE_OBJECT,
            Value::Boxed(Primitive::Bool(false)) => tag::FALSE_OBJECT,
            Value::Boxed(Primitive::Number(_)) => tag::NUMBER_OBJECT,
            Value::Boxed(Primitive::BigInt(_)) => tag::BIG_INT_OBJECT,
            Value::Boxed(Primitive::String(_)) => tag::STRING_OBJECT,
            _ => {
                return Err(self.out.error(Problem::Data(
                    "only an object can be shared, and by one label",
                )));
            }
        })
    }

    fn contents(&mut self, object: &'a Value) -> Result<(), Error> {
        match object {
            Value::Array(array) => self.array(array),
            Value::SparseArray(array) => self.sparse_array(array),
            Value::Object(object) => {
                self.properties(object)?;
                self.out.tag(tag::END_OBJECT);
                self.out.count(object.len())
            }
            Value::Map(map) => self.map(map),
            Value::Set(set) => self.set(set),
            Value::Date(date) => {
                self.out.double(date.millis());
                Ok(())
            }
            Value::RegExp(RegExp { source, flags }) => {
                self.out.js_string(source)?;
                self.out.uint32(flags.bits());
                Ok(())
            }
            Value::Error(error) => self.js_error(error),
            Value::Boxed(Primitive::Number(number)) => {
                self.out.double(*number);
                Ok(())
            }
            Value::Boxed(Primitive::BigInt(integer)) => self.out.big_int(integer),
            Value::Boxed(Primitive::String(string)) => self.out.js_string(string),
            _ => Ok(()),
        }
    }

    /// Notes that an object with a label was written.
    pub(super) fn note(&mut self, label: Option<Label>, written: Written) -> Result<(), Error> {
        let there = label.and_then(|label| self.identities.written.insert(label, written));
        match there {
            Some(_) => Err(self
                .out
                .error(Problem::Data("two objects have the same label"))),
            None => Ok(()),
        }
    }

    /// An object that was written before. A buffer may have been passed over so far, since its views have bytes of their own.
    fn same(&mut self, label: Label) -> Result<(), Error> {
        if let Some(written) = self.identities.written.get(&label) {
            self.out.tag(tag::REFERENCE);
            self.out.uint32(written.id);
            return Ok(());
        }
        let passed_over = self
            .identities
            .views_as_host_objects
            .then(|| self.shared_buffer(label))
            .flatten();
        match passed_over {
            Some(buffer) => self.buffer(Some(label), buffer),
            None => Err(self.out.error(Problem::Data(
                "the label is that of no object that comes before",
            ))),
        }
    }

    /// Numbers alone, with one among them that is no integer of 32 bits, are all doubles to V8.
    fn array(&mut self, array: &'a Array) -> Result<(), Error> {
        self.out.count(array.elements.len())?;
        let numbers = || array.elements.iter().map(Value::as_number);
        let are_doubles = numbers().all(|number| number.is_some())
            && numbers().flatten().any(|number| as_int32(number).is_none());
        for element in &array.elements {
            match element {
                Value::Number(number) if are_doubles => self.out.tagged_double(*number),
                element => self.value(element)?,
            }
        }
        self.properties(&array.properties)?;
        self.out.tag(tag::END_DENSE_ARRAY);
        self.out.count(array.properties.len())?;
        self.out.count(array.elements.len())
    }

    fn sparse_array(&mut self, array: &'a SparseArray) -> Result<(), Error> {
        self.out.uint32(array.length);
        self.properties(&array.properties)?;
        self.out.tag(tag::END_SPARSE_ARRAY);
        self.out.count(array.properties.len())?;
        self.out.uint32(array.length);
        Ok(())
    }

    fn properties(&mut self, object: &'a Object) -> Result<(), Error> {
        for (name, value) in object.iter() {
            self.out.key(name)?;
            self.value(value)?;
        }
        Ok(())
    }

    fn map(&mut self, map: &'a Map) -> Result<(), Error> {
        for (key, value) in &map.entries {
            self.value(key)?;
            self.value(value)?;
        }
        self.out.tag(tag::END_MAP);
        self.out.count(map.entries.len().saturating_mul(2))
    }

    fn set(&mut self, set: &'a Set) -> Result<(), Error> {
        for value in &set.values {
            self.value(value)?;
        }
        self.out.tag(tag::END_SET);
        self.out.count(set.values.len())
    }

    /// Its cause comes last, where newer engines expect it; older ones take any order.
    fn js_error(&mut self, error: &'a JsError) -> Result<(), Error> {
        self.out.bytes.extend(error.kind.letter());
        for (letter, text) in [
            (tag::ERROR_MESSAGE, &error.message),
            (tag::ERROR_STACK, &error.stack),
        ] {
            if let Some(text) = text {
                self.out.tag(letter);
                self.out.js_string(text)?;
            }
        }
        if let Some(cause) = &error.cause {
            self.out.tag(tag::ERROR_CAUSE);
            self.value(cause)?;
        }
        self.out.tag(tag::ERROR_END);
        Ok(())
    }
}
