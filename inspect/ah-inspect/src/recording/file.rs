//! A recording as a file: [`FORMAT`] and a line feed, the length of the rest and its checksum, and the rest.
//!
//! Another version has another first line, and is refused by that; whatever is not whole is refused by length and checksum.

use std::{fmt, sync::Arc};

use super::{
    LossText, Poll, Recording, StoreText, Task, Unset, Wake,
    bytes::{Reader, Writer},
};
use crate::recorder::FORMAT;

type Read<T> = Result<T, ReadErrorKind>;

impl Recording {
    /// Returns it as the bytes of a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer::default();
        write(&mut body, self);
        let body = body.bytes;
        let mut bytes = format!("{FORMAT}\n").into_bytes();
        bytes.extend((body.len() as u64).to_le_bytes());
        bytes.extend(checksum(&body).to_le_bytes());
        bytes.extend(body);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// If it is no recording, one of another version, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        read(bytes).map_err(ReadError)
    }
}

fn read(bytes: &[u8]) -> Read<Recording> {
    let rest = bytes
        .strip_prefix(b"ah-recording-")
        .ok_or(ReadErrorKind::NotARecording)?;
    let ours = FORMAT.trim_start_matches("ah-recording-").as_bytes();
    let rest = rest
        .strip_prefix(ours)
        .and_then(|rest| rest.strip_prefix(b"\n"));
    let rest = rest.ok_or(ReadErrorKind::AnotherVersion)?;
    let (len, rest) = rest.split_first_chunk().ok_or(ReadErrorKind::Damaged)?;
    let (sum, body) = rest.split_first_chunk().ok_or(ReadErrorKind::Damaged)?;
    let is_whole =
        u64::from_le_bytes(*len) == body.len() as u64 && u64::from_le_bytes(*sum) == checksum(body);
    if !is_whole {
        return Err(ReadErrorKind::Damaged);
    }
    let mut reader = Reader::new(body);
    let recording = recording(&mut reader)?;
    match reader.is_at_end() {
        true => Ok(recording),
        false => Err(ReadErrorKind::Damaged),
    }
}

/// FNV-1a: against what gets lost on the way, not against whoever means it.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn write(to: &mut Writer, recording: &Recording) {
    let Recording {
        tasks,
        threads,
        losses,
        begin,
        end,
        events,
        overwritten,
        not_shown,
    } = recording;
    for number in [begin, end, events, overwritten, not_shown] {
        to.number(*number);
    }
    to.list(threads, Writer::text);
    to.list(losses, write_loss);
    to.list(tasks, write_task);
}

fn recording(from: &mut Reader<'_>) -> Read<Recording> {
    Ok(Recording {
        begin: from.number()?,
        end: from.number()?,
        events: from.number()?,
        overwritten: from.number()?,
        not_shown: from.number()?,
        threads: from.list(Reader::text)?,
        losses: from.list(loss)?,
        tasks: tasks(from)?,
    })
}

/// By id, each once.
fn tasks(from: &mut Reader<'_>) -> Read<Vec<Task>> {
    let tasks = from.list(task)?;
    let in_order = tasks.windows(2).all(|pair| pair[0].id < pair[1].id);
    in_order.then_some(tasks).ok_or(ReadErrorKind::Damaged)
}

fn write_task(to: &mut Writer, task: &Task) {
    to.number(task.id);
    to.number(task.trigger);
    to.text(&task.type_name);
    to.text(&task.future);
    to.option(task.place.as_ref(), Writer::place);
    to.flag(task.is_promise);
    to.option(task.polled_in, Writer::number);
    to.list(&task.stores, write_store);
    to.number(task.created);
    to.option(task.created_on, |to, thread| to.number(thread.into()));
    to.flag(task.is_torn);
    to.list(&task.polls, |to, poll| {
        to.number(poll.from);
        to.number(poll.to);
        to.number(poll.thread.into());
    });
    to.list(&task.wakes, |to, wake| {
        to.number(wake.at);
        to.number(wake.by);
        to.number(wake.thread.into());
    });
    to.list(&task.unset, |to, unset| {
        to.number(unset.at);
        to.number(unset.storage.into());
        to.option(unset.place.as_ref(), Writer::place);
    });
    to.option(task.finished, Writer::number);
    to.option(task.destroyed, Writer::number);
}

fn task(from: &mut Reader<'_>) -> Read<Task> {
    Ok(Task {
        id: from.number()?,
        trigger: from.number()?,
        type_name: from.text()?,
        future: from.text()?,
        place: from.option(Reader::place)?,
        is_promise: from.flag()?,
        polled_in: from.option(Reader::number)?,
        stores: from.list(store)?.into(),
        created: from.number()?,
        created_on: from.option(Reader::small)?,
        is_torn: from.flag()?,
        polls: from.list(poll)?,
        wakes: from.list(wake)?,
        unset: from.list(unset)?,
        finished: from.option(Reader::number)?,
        destroyed: from.option(Reader::number)?,
    })
}

fn write_loss(to: &mut Writer, loss: &LossText) {
    to.number(loss.storage.into());
    to.text(&loss.name);
    to.option(loss.value.as_ref(), |to, value: &Arc<str>| to.text(value));
    to.place(&loss.read_at);
    to.option(loss.set_at.as_ref(), Writer::place);
    to.number(loss.held_by);
    to.number(loss.times);
    to.text(&loss.fix);
}

fn loss(from: &mut Reader<'_>) -> Read<LossText> {
    Ok(LossText {
        storage: from.small()?,
        name: from.text()?,
        value: from.option(Reader::text)?,
        read_at: from.place()?,
        set_at: from.option(Reader::place)?,
        held_by: from.number()?,
        times: from.number()?,
        fix: from.text()?,
    })
}

fn write_store(to: &mut Writer, store: &StoreText) {
    to.number(store.storage.into());
    to.text(&store.name);
    to.text(&store.type_name);
    to.number(store.size);
    to.number(store.value);
    to.option(store.text.as_ref(), |to, text: &Arc<str>| to.text(text));
    to.option(store.set_at.as_ref(), Writer::place);
    to.flag(store.is_exited);
}

fn store(from: &mut Reader<'_>) -> Read<StoreText> {
    Ok(StoreText {
        storage: from.small()?,
        name: from.text()?,
        type_name: from.text()?,
        size: from.number()?,
        value: from.number()?,
        text: from.option(Reader::text)?,
        set_at: from.option(Reader::place)?,
        is_exited: from.flag()?,
    })
}

fn poll(from: &mut Reader<'_>) -> Read<Poll> {
    Ok(Poll {
        from: from.number()?,
        to: from.number()?,
        thread: from.small()?,
    })
}

fn wake(from: &mut Reader<'_>) -> Read<Wake> {
    Ok(Wake {
        at: from.number()?,
        by: from.number()?,
        thread: from.small()?,
    })
}

fn unset(from: &mut Reader<'_>) -> Read<Unset> {
    Ok(Unset {
        at: from.number()?,
        storage: from.small()?,
        place: from.option(Reader::place)?,
    })
}

/// Why a file is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// It does not begin as one.
    NotARecording,
    /// Its format is another than [`FORMAT`].
    AnotherVersion,
    /// It is cut, or something in it has changed.
    Damaged,
}

/// A file that is no recording, or cannot be read as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadError(ReadErrorKind);

impl ReadError {
    /// Returns why it is refused.
    #[must_use]
    pub fn kind(&self) -> ReadErrorKind {
        self.0
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ReadErrorKind::NotARecording => {
                f.write_str("this is no recording: `ah record` writes one")
            }
            ReadErrorKind::AnotherVersion => {
                write!(
                    f,
                    "this recording is of another version than `{FORMAT}`: read it with the version that wrote it"
                )
            }
            ReadErrorKind::Damaged => {
                f.write_str("this recording is cut or damaged: record it again")
            }
        }
    }
}

impl std::error::Error for ReadError {}
