//! What may go wrong on the channel.

use std::{error::Error, fmt, io};

use super::{
    frames::MAX_FRAME,
    mode::{BoxError, Mode},
};

/// Why the channel cannot be used any more.
#[derive(Debug)]
pub(crate) enum IpcError {
    /// This program was not started by a Node parent.
    NoParent(&'static str),
    Mode,
    Channel(io::Error),
    /// What is wrong with the frame of this number, from 1.
    Frame(u64, Frame),
    Answer(BoxError),
    AnswerTooLong(usize),
}

#[derive(Debug)]
pub(crate) enum Frame {
    TooLong(Option<u32>),
    CutOff,
    NotIn(Mode, BoxError),
}

impl From<io::Error> for IpcError {
    fn from(error: io::Error) -> Self {
        Self::Channel(error)
    }
}

impl fmt::Display for IpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoParent(why) => {
                write!(
                    f,
                    "NODE_CHANNEL_FD {why}: start this by `fork` of Node, as `node parent.mjs` does"
                )
            }
            Self::Mode => {
                f.write_str("NODE_CHANNEL_SERIALIZATION_MODE is neither `json` nor `advanced`")
            }
            Self::Channel(error) => write!(f, "the channel fails: {error}"),
            Self::Frame(number, Frame::TooLong(Some(bytes))) => {
                write!(
                    f,
                    "frame {number} has {bytes} bytes: {MAX_FRAME} are the most"
                )
            }
            Self::Frame(number, Frame::TooLong(None)) => {
                write!(f, "frame {number} is a line of more than {MAX_FRAME} bytes")
            }
            Self::Frame(number, Frame::CutOff) => {
                write!(f, "the channel ends within frame {number}")
            }
            Self::Frame(number, Frame::NotIn(mode, error)) => {
                write!(f, "frame {number} is not in {}: {error}", mode.name())
            }
            Self::Answer(error) => write!(f, "an answer cannot be written: {error}"),
            Self::AnswerTooLong(bytes) => {
                write!(f, "an answer has {bytes} bytes: {MAX_FRAME} are the most")
            }
        }
    }
}

impl Error for IpcError {}
