//! Values of tokens.
//!
//! Whether an object is referred to shows only later. One that is within itself is labelled when it ends; if one that has
//! ended turns out to be shared, all is read once more, with what is known by then.

use std::collections::{HashMap, HashSet};

use super::{
    objects::State,
    reader::{Container, Reader},
    token::{Buffer, Held, Token, ViewToken},
};
use crate::{
    error::{Error, Problem},
    value::{
        Array, ArrayBuffer, JsError, JsErrorKind, JsString, Label, Map, Object, Primitive, RegExp,
        Set, SparseArray, Value, View,
    },
    wire::tag,
};

/// What is known of the objects of a value.
struct Scope {
    /// The number of its first one: those before are others'.
    first_id: u32,
    labels: HashMap<u32, Label>,
    /// Those that came with their label.
    labelled: HashSet<u32>,
    /// One was referred to that had ended without a label.
    is_late: bool,
}

/// For how many elements space is reserved before they are there.
const MOST_AT_ONCE: usize = 64;

impl Reader<'_> {
    /// Reads a value whose objects refer to each other alone: one that came before it is copied.
    pub(crate) fn value(&mut self) -> Result<Value, Error> {
        let (start, first_id) = (self.input.position(), self.objects.next_id());
        let transfers = self.transfers.clone();
        let without_view = self.without_view;
        let mut scope = Scope {
            first_id,
            labels: HashMap::new(),
            labelled: HashSet::new(),
            is_late: false,
        };
        let value = self.value_in(&mut scope)?;
        if !scope.is_late {
            return Ok(value);
        }
        drop(value);
        self.input.seek(start);
        self.objects.number_from(first_id);
        self.transfers = transfers;
        self.without_view = without_view;
        scope.labelled.clear();
        self.value_in(&mut scope)
    }

    fn value_in(&mut self, scope: &mut Scope) -> Result<Value, Error> {
        let at = self.input.position();
        let (id, value) = match self.token()? {
            Token::Undefined => return Ok(Value::Undefined),
            Token::Null => return Ok(Value::Null),
            Token::Bool(value) => return Ok(Value::Bool(value)),
            Token::Integer(value) => return Ok(Value::Number(value as f64)),
            Token::Double(value) => return Ok(Value::Number(value)),
            Token::BigInt(value) => return Ok(Value::BigInt(value)),
            Token::Text(text) => return Ok(Value::String(text.to_js())),
            Token::Reference(id) => return self.same(id, at, scope),
            Token::Object(id) => (id, self.object_value(id, scope)?),
            Token::DenseArray(id, length) => (id, self.dense_array(id, length, scope)?),
            Token::SparseArray(id, length) => (id, self.sparse_array(id, length, scope)?),
            Token::Map(id) => (id, self.map(id, scope)?),
            Token::Set(id) => (id, self.set(id, scope)?),
            Token::Date(id, date) => (id, date.into()),
            Token::BoxedBool(id, value) => (id, Primitive::Bool(value).into()),
            Token::BoxedNumber(id, value) => (id, Primitive::Number(value).into()),
            Token::BoxedBigInt(id, value) => (id, Primitive::BigInt(value).into()),
            Token::BoxedText(id, text) => (id, Primitive::String(text.to_js()).into()),
            Token::RegExp(id, text, flags) => (
                id,
                RegExp {
                    source: text.to_js(),
                    flags,
                }
                .into(),
            ),
            Token::Buffer(buffer) => return buffer_value(buffer, scope),
            Token::View(view) => return self.view_value(view, at, scope),
            Token::Error(id, kind) => (id, self.js_error(id, kind, scope)?),
        };
        Ok(scope.label(id, value))
    }

    /// The object of this number, once more.
    fn same(&mut self, id: u32, at: usize, scope: &mut Scope) -> Result<Value, Error> {
        if id < scope.first_id {
            return self.again(id, at, Self::value);
        }
        let is_open = self.begun(id, at)?.state == State::Open;
        scope.is_late |= !is_open && !scope.labelled.contains(&id);
        Ok(Value::Same(
            *scope.labels.entry(id).or_insert_with(Label::new),
        ))
    }

    /// Names and values, up to the end.
    fn properties(
        &mut self,
        container: Container,
        mut entries: Vec<(JsString, Value)>,
        scope: &mut Scope,
    ) -> Result<Object, Error> {
        let (start, before) = (self.input.position(), entries.len());
        while !self.input.take_if(container.end) {
            let key = self.key()?.to_js();
            entries.push((key, self.value_in(scope)?));
        }
        self.end(container, (entries.len() - before) as u32)?;
        let object = Object::of_entries(entries);
        object.ok_or_else(|| Error::at(start, Problem::Syntax("two properties have the same name")))
    }

    fn object_value(&mut self, id: u32, scope: &mut Scope) -> Result<Value, Error> {
        self.enter(id)?;
        let container = Container {
            id,
            end: tag::END_OBJECT,
            length: None,
        };
        self.properties(container, Vec::new(), scope)
            .map(Value::Object)
    }

    fn dense_array(&mut self, id: u32, length: u32, scope: &mut Scope) -> Result<Value, Error> {
        self.enter(id)?;
        let mut elements = Vec::with_capacity(MOST_AT_ONCE.min(length as usize));
        let mut has_holes = false;
        for _ in 0..length {
            let hole = self.input.take_if(tag::THE_HOLE);
            let element = if hole {
                Value::Undefined
            } else {
                self.value_in(scope)?
            };
            // once, undefined was written for a hole
            let is_hole = hole || (self.version < 11 && matches!(element, Value::Undefined));
            has_holes |= is_hole;
            elements.push((!is_hole).then_some(element));
        }
        let container = Container {
            id,
            end: tag::END_DENSE_ARRAY,
            length: Some(length),
        };
        if has_holes {
            let entries = (0..)
                .zip(elements)
                .filter_map(|(index, element)| named(index, element?));
            let properties = self.properties(container, entries.collect(), scope)?;
            return Ok(SparseArray { length, properties }.into());
        }
        let properties = self.properties(container, Vec::new(), scope)?;
        let elements = elements.into_iter().flatten().collect();
        Ok(Array {
            elements,
            properties,
        }
        .into())
    }

    fn sparse_array(&mut self, id: u32, length: u32, scope: &mut Scope) -> Result<Value, Error> {
        self.enter(id)?;
        let container = Container {
            id,
            end: tag::END_SPARSE_ARRAY,
            length: Some(length),
        };
        let properties = self.properties(container, Vec::new(), scope)?;
        Ok(SparseArray { length, properties }.into())
    }

    fn map(&mut self, id: u32, scope: &mut Scope) -> Result<Value, Error> {
        self.enter(id)?;
        let mut entries = Vec::new();
        while !self.input.take_if(tag::END_MAP) {
            entries.push((self.value_in(scope)?, self.value_in(scope)?));
        }
        let container = Container {
            id,
            end: tag::END_MAP,
            length: None,
        };
        self.end(container, (entries.len() as u32).wrapping_mul(2))?;
        Ok(Map { entries }.into())
    }

    fn set(&mut self, id: u32, scope: &mut Scope) -> Result<Value, Error> {
        self.enter(id)?;
        let mut values = Vec::new();
        while !self.input.take_if(tag::END_SET) {
            values.push(self.value_in(scope)?);
        }
        let container = Container {
            id,
            end: tag::END_SET,
            length: None,
        };
        self.end(container, values.len() as u32)?;
        Ok(Set { values }.into())
    }

    /// Message, stack and cause, in whatever order: it has changed.
    fn js_error(&mut self, id: u32, kind: JsErrorKind, scope: &mut Scope) -> Result<Value, Error> {
        self.enter(id)?;
        let mut error = JsError {
            kind,
            message: None,
            stack: None,
            cause: None,
        };
        loop {
            let at = self.input.position();
            match self.input.letter()? {
                tag::ERROR_MESSAGE => error.message = Some(self.text()?.to_js()),
                tag::ERROR_STACK => error.stack = Some(self.text()?.to_js()),
                tag::ERROR_CAUSE => error.cause = Some(self.value_in(scope)?),
                tag::ERROR_END => break,
                _ => {
                    return Err(Error::at(
                        at,
                        Problem::Syntax("an unknown part of an error"),
                    ));
                }
            }
        }
        self.leave(id);
        Ok(error.into())
    }

    fn view_value(
        &mut self,
        token: ViewToken<'_>,
        at: usize,
        scope: &mut Scope,
    ) -> Result<Value, Error> {
        let ViewToken {
            id,
            kind,
            byte_offset,
            byte_length,
            tracks_length,
            buffer,
        } = token;
        let buffer = match buffer {
            Held::Own(bytes) => ArrayBuffer::new(bytes).into(),
            Held::Here(buffer) => buffer_value(buffer, scope)?,
            Held::Again(id) => self.same(id, at, scope)?,
        };
        let view = View::of(kind, buffer, byte_offset, byte_length);
        let view =
            view.ok_or_else(|| Error::at(at, Problem::Syntax("a view of what is no buffer")))?;
        let view = if tracks_length {
            view.tracking_length()
        } else {
            view
        };
        Ok(scope.label(id, view.into()))
    }
}

fn buffer_value(buffer: Buffer<'_>, scope: &mut Scope) -> Result<Value, Error> {
    let bytes = buffer.bytes.into_owned();
    let value = match buffer.max_byte_length {
        Some(max) => ArrayBuffer::resizable(bytes, max).unwrap_or_default(), // it was checked
        None => ArrayBuffer::new(bytes),
    };
    Ok(scope.label(buffer.id, value.into()))
}

fn named(index: u32, element: Value) -> Option<(JsString, Value)> {
    Some((index.to_string().into(), element))
}

impl Scope {
    /// The object with the label that it has, if it has one.
    fn label(&mut self, id: u32, value: Value) -> Value {
        match self.labels.get(&id) {
            Some(label) => {
                self.labelled.insert(id);
                Value::Shared(*label, Box::new(value))
            }
            None => value,
        }
    }
}
