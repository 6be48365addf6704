//! Buffers and their views: in V8's form, a view after its buffer, and in Node's, with bytes of its own.

use std::collections::HashMap;

use super::values::{Writer, Written};
use crate::{
    error::{Error, Problem},
    value::{ArrayBuffer, Label, Value, View, ViewKind, part},
    wire::tag,
};

impl<'a> Writer<'a> {
    pub(super) fn buffer(
        &mut self,
        label: Option<Label>,
        buffer: &ArrayBuffer,
    ) -> Result<(), Error> {
        let length = u32::try_from(buffer.bytes().len());
        let length = length.map_err(|_| {
            self.out
                .error(Problem::Limit("a buffer of more than 4 GiB"))
        })?;
        let max = buffer.max_byte_length();
        let written = Written {
            id: self.out.take_id(),
            buffer: Some((length, max.is_some())),
        };
        self.note(label, written)?;
        if let Some(number) = label.and_then(|label| self.identities.transferred.get(&label)) {
            self.out.tag(tag::ARRAY_BUFFER_TRANSFER);
            self.out.uint32(*number);
            return Ok(());
        }
        self.out.tag(if max.is_some() {
            tag::RESIZABLE_ARRAY_BUFFER
        } else {
            tag::ARRAY_BUFFER
        });
        self.out.uint32(length);
        if let Some(max) = max {
            self.out.uint32(max);
        }
        self.out.bytes.extend(buffer.bytes());
        Ok(())
    }

    pub(super) fn view(&mut self, label: Option<Label>, view: &'a View) -> Result<(), Error> {
        let number = view
            .kind()
            .node_number()
            .filter(|_| self.identities.views_as_host_objects);
        match number {
            Some(number) => self.node_view(label, view, number),
            None => self.v8_view(label, view),
        }
    }

    /// The buffer, if it was not there before, then which part of it.
    fn v8_view(&mut self, label: Option<Label>, view: &'a View) -> Result<(), Error> {
        self.value(view.buffer())?;
        let (length, is_resizable) = match view.buffer().unshared() {
            Value::ArrayBuffer(buffer) => (
                buffer.bytes().len() as u64,
                buffer.max_byte_length().is_some(),
            ),
            _ => {
                let written = view
                    .label()
                    .and_then(|label| self.identities.written.get(&label));
                let buffer = written.and_then(|written| written.buffer);
                let buffer = buffer
                    .ok_or_else(|| self.out.error(Problem::Data("a view of what is no buffer")))?;
                (buffer.0.into(), buffer.1)
            }
        };
        let is_part = u64::from(view.byte_offset()) + u64::from(view.byte_length()) <= length;
        if !is_part || (view.tracks_length() && !is_resizable) {
            return Err(self
                .out
                .error(Problem::Data("a view of what its buffer has not")));
        }
        self.out.tag(tag::ARRAY_BUFFER_VIEW);
        self.out.uint32(view.kind().letter().into());
        self.out.uint32(view.byte_offset());
        self.out.uint32(if view.tracks_length() {
            0
        } else {
            view.byte_length()
        });
        let tracks = if view.tracks_length() {
            tag::VIEW_TRACKS_LENGTH
        } else {
            0
        };
        let of_resizable = if is_resizable {
            tag::VIEW_OF_RESIZABLE
        } else {
            0
        };
        let is_marked = self.identities.marks_nodes && view.kind() == ViewKind::Buffer;
        let nodes = if is_marked { tag::VIEW_IS_NODES } else { 0 };
        self.out.uint32(tracks | of_resizable | nodes);
        let id = self.out.take_id();
        self.note(label, Written { id, buffer: None })
    }

    /// Its bytes, whatever buffer they are in.
    fn node_view(
        &mut self,
        label: Option<Label>,
        view: &'a View,
        number: u32,
    ) -> Result<(), Error> {
        let (offset, length) = (view.byte_offset(), view.byte_length());
        let there = view.label().and_then(|label| self.shared_buffer(label));
        let bytes = view
            .bytes()
            .or_else(|| part(there?.bytes(), offset, length));
        let bytes = bytes.ok_or_else(|| {
            self.out
                .error(Problem::Data("a view of what its buffer has not"))
        })?;
        let id = self.out.begin(tag::HOST_OBJECT);
        self.note(label, Written { id, buffer: None })?;
        if self.identities.is_for_channel {
            self.out.uint32(tag::VIEW_ON_CHANNEL);
        }
        self.out.uint32(number);
        self.out.raw(bytes)
    }

    /// The buffer with this label, wherever it is.
    pub(super) fn shared_buffer(&mut self, label: Label) -> Option<&'a ArrayBuffer> {
        let root = self.root;
        let buffers = self.buffers.get_or_insert_with(|| {
            let mut found = HashMap::new();
            collect(root, &mut found);
            found
        });
        buffers.get(&label).copied()
    }
}

fn collect<'a>(value: &'a Value, found: &mut HashMap<Label, &'a ArrayBuffer>) {
    if let Value::Shared(label, object) = value {
        if let Value::ArrayBuffer(buffer) = &**object {
            found.insert(*label, buffer);
        }
    }
    for child in value.children() {
        collect(child, found);
    }
}
