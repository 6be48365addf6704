//! Messages as bytes, one after the other.

use std::io::ErrorKind;

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

use super::{IpcError, Mode, error::Frame, mode::BoxError};

/// The most bytes of a message, in both directions.
pub(crate) const MAX_FRAME: usize = 1 << 20;

/// The messages of a parent.
pub(crate) struct Frames<R> {
    input: BufReader<R>,
    mode: Mode,
    number: u64,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(crate) fn new(input: R, mode: Mode) -> Self {
        Self {
            input: BufReader::new(input),
            mode,
            number: 0,
        }
    }

    /// Returns how many there were.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next message, or nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, IpcError> {
        let frame = match self.mode {
            Mode::Json => self.line().await,
            Mode::Advanced => self.counted().await,
        };
        let frame = match frame {
            // a parent that ends before it has read all answers
            Err(IpcError::Channel(error)) if error.kind() == ErrorKind::ConnectionReset => None,
            frame => frame?,
        };
        self.number += u64::from(frame.is_some());
        Ok(frame)
    }

    /// Reads a message: an error if it is none, and an inner one if it is no `T`.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        frame: &[u8],
    ) -> Result<Result<T, BoxError>, IpcError> {
        let read = self.mode.read(frame);
        read.map_err(|error| IpcError::Frame(self.number, Frame::NotIn(self.mode, error)))
    }

    async fn line(&mut self) -> Result<Option<Vec<u8>>, IpcError> {
        let mut line = Vec::new();
        let mut input = (&mut self.input).take(MAX_FRAME as u64 + 1);
        input.read_until(b'\n', &mut line).await?;
        match line.pop() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(line)),
            Some(_) if line.len() == MAX_FRAME => Err(self.malformed(Frame::TooLong(None))),
            Some(_) => Err(self.malformed(Frame::CutOff)),
        }
    }

    /// The length is not believed: memory grows with what comes.
    async fn counted(&mut self) -> Result<Option<Vec<u8>>, IpcError> {
        let head = self.bytes(4).await?;
        if head.is_empty() {
            return Ok(None);
        }
        let length = head.try_into().map_err(|_| self.malformed(Frame::CutOff))?;
        let length = u32::from_be_bytes(length);
        if length as usize > MAX_FRAME {
            return Err(self.malformed(Frame::TooLong(Some(length))));
        }
        let body = self.bytes(length.into()).await?;
        match body.len() == length as usize {
            true => Ok(Some(body)),
            false => Err(self.malformed(Frame::CutOff)),
        }
    }

    /// Returns as many bytes, or fewer at the end.
    async fn bytes(&mut self, number: u64) -> Result<Vec<u8>, IpcError> {
        let mut bytes = Vec::new();
        (&mut self.input)
            .take(number)
            .read_to_end(&mut bytes)
            .await?;
        Ok(bytes)
    }

    fn malformed(&self, what: Frame) -> IpcError {
        IpcError::Frame(self.number + 1, what)
    }
}

/// Writes a message.
pub(crate) async fn write(
    output: &mut (impl AsyncWrite + Unpin),
    mode: Mode,
    message: &impl Serialize,
) -> Result<(), IpcError> {
    let mut bytes = mode.write(message).map_err(IpcError::Answer)?;
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|length| *length as usize <= MAX_FRAME);
    let length = length.ok_or(IpcError::AnswerTooLong(bytes.len()))?;
    match mode {
        Mode::Json => bytes.push(b'\n'),
        Mode::Advanced => drop(bytes.splice(0..0, length.to_be_bytes())),
    }
    Ok(output.write_all(&bytes).await?)
}
