//! What models watch.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use loom::cell::Cell;

/// Counts, unseen by loom.
#[derive(Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// A value that loom knows: it finds a drop that does not come after every look.
pub(crate) struct Watched {
    number: Cell<u32>,
    dropped: Count,
}

#[expect(
    unsafe_code,
    reason = "a value that threads share, as users' values are"
)]
// SAFETY: loom sees to it that no two threads use the cell at once, and fails the model else
unsafe impl Sync for Watched {}

impl Watched {
    pub(crate) fn new(number: u32, dropped: &Count) -> Self {
        Self {
            number: Cell::new(number),
            dropped: dropped.clone(),
        }
    }

    #[track_caller]
    pub(crate) fn look(&self) -> u32 {
        let number = self.number.get();
        assert_ne!(number, 0, "it is dropped");
        number
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.number.set(0);
            self.dropped.add();
        }
    }
}
