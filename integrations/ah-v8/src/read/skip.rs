//! Skips values that nobody asks for, whatever they are.

use super::{
    reader::{Container, Reader},
    token::Token,
};
use crate::{
    error::{Error, Problem},
    wire::tag,
};

impl Reader<'_> {
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        match self.token()? {
            Token::Object(id) => self.skip_properties(id, tag::END_OBJECT, None),
            Token::SparseArray(id, length) => {
                self.skip_properties(id, tag::END_SPARSE_ARRAY, Some(length))
            }
            Token::DenseArray(id, length) => self.skip_dense_array(id, length),
            Token::Map(id) => self.skip_values(id, tag::END_MAP),
            Token::Set(id) => self.skip_values(id, tag::END_SET),
            Token::Error(id, _) => self.skip_error(id),
            _ => Ok(()),
        }
    }

    fn skip_properties(&mut self, id: u32, end: u8, length: Option<u32>) -> Result<(), Error> {
        self.enter(id)?;
        self.skip_up_to(Container { id, end, length })
    }

    fn skip_up_to(&mut self, container: Container) -> Result<(), Error> {
        let mut entries = 0u32;
        while !self.input.take_if(container.end) {
            self.key()?;
            self.skip()?;
            entries = entries.wrapping_add(1);
        }
        self.end(container, entries)
    }

    fn skip_dense_array(&mut self, id: u32, length: u32) -> Result<(), Error> {
        self.enter(id)?;
        for _ in 0..length {
            if !self.input.take_if(tag::THE_HOLE) {
                self.skip()?;
            }
        }
        let (end, length) = (tag::END_DENSE_ARRAY, Some(length));
        self.skip_up_to(Container { id, end, length })
    }

    fn skip_values(&mut self, id: u32, end: u8) -> Result<(), Error> {
        self.enter(id)?;
        let mut entries = 0u32;
        while !self.input.take_if(end) {
            self.skip()?;
            entries = entries.wrapping_add(1);
        }
        self.end(
            Container {
                id,
                end,
                length: None,
            },
            entries,
        )
    }

    fn skip_error(&mut self, id: u32) -> Result<(), Error> {
        self.enter(id)?;
        loop {
            let at = self.input.position();
            match self.input.letter()? {
                tag::ERROR_MESSAGE | tag::ERROR_STACK => drop(self.text()?),
                tag::ERROR_CAUSE => self.skip()?,
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
        Ok(())
    }
}
