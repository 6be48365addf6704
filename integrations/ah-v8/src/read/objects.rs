//! What is known of each object that began so far, by its number.

use crate::error::Problem;

/// An object that began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    /// Where it may be read once more.
    pub(crate) start: usize,
    /// The number of the first object from there on.
    pub(crate) first_id: u32,
    pub(crate) state: State,
    pub(crate) buffer: Option<KnownBuffer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// What is within it is being read.
    Open,
    Complete,
    /// A view follows it, which is not meant by its number.
    BeforeView,
}

/// What views of a buffer need to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownBuffer {
    /// Where its bytes are in the input. A buffer that was transferred has none there.
    pub(crate) bytes: Option<usize>,
    pub(crate) length: u32,
    pub(crate) is_resizable: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    all: Vec<Begun>,
    next: u32,
}

impl Objects {
    pub(crate) fn next_id(&self) -> u32 {
        self.next
    }

    /// Begins to number from here, since what follows was read before.
    pub(crate) fn number_from(&mut self, id: u32) {
        self.next = id;
    }

    /// Notes that an object begins, and returns its number. A number that was taken is that of the same object.
    pub(crate) fn begin(&mut self, begun: Begun) -> u32 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        match self.all.get_mut(id as usize) {
            Some(known) => *known = begun,
            None => self.all.push(begun),
        }
        id
    }

    pub(crate) fn get(&self, id: u32) -> Result<Begun, Problem> {
        let begun = self.all.get(id as usize).copied();
        begun.ok_or(Problem::Syntax(
            "a reference to an object that did not come before",
        ))
    }

    pub(crate) fn set_state(&mut self, id: u32, state: State) {
        if let Some(begun) = self.all.get_mut(id as usize) {
            begun.state = state;
        }
    }
}
