//! Polls that claim nothing, against all that may happen meanwhile, in every interleaving: see `table/models.rs`.

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use ah_core::{
    embedder::BareTask,
    sync::of_loom::{model, spawn},
};
use loom::cell::Cell;

use super::super::{Entry, Number, Table};

/// A task without stores until a poll leaves one.
pub(in super::super) struct Task {
    number: u64,
    pub(in super::super) stores: Cell<u32>,
    dropped: Arc<AtomicUsize>,
}

fn words(number: u64) -> [u64; 2] {
    [number, number + 100]
}

impl Entry for Task {
    fn bare(&self) -> Option<BareTask> {
        (self.stores.get() == 0).then(|| BareTask::from_words(words(self.number)))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stores.set(0);
            self.dropped.fetch_add(1, SeqCst);
        }
    }
}

pub(in super::super) fn number(number: u64) -> Number {
    Number::of_test(number)
}

#[derive(Clone)]
pub(in super::super) struct Tasks {
    pub(in super::super) table: &'static Table<Task>,
    pub(in super::super) dropped: Arc<AtomicUsize>,
}

impl Tasks {
    pub(in super::super) fn new() -> Self {
        Self {
            table: Box::leak(Box::new(Table::new(2))),
            dropped: Arc::default(),
        }
    }

    fn insert(&self, of: u64) {
        self.insert_with(of, 0);
    }

    /// With so many stores.
    pub(in super::super) fn insert_with(&self, of: u64, stores: u32) {
        let task = Task {
            number: of,
            stores: Cell::new(stores),
            dropped: self.dropped.clone(),
        };
        self.table.insert(number(of), task);
    }

    /// Begins a poll. The identity that it gets is the task's.
    pub(in super::super) fn begin(&self, of: u64) -> bool {
        let task = self.table.begin_bare(number(of));
        task.inspect(|task| assert_eq!(task.to_words(), words(of)))
            .is_some()
    }

    /// Ends a poll that leaves a store. Returns `false` if the task was removed.
    fn end_with_store(&self, of: u64) -> bool {
        let claim = self.table.claim_in_poll(number(of));
        let visit = claim.map(|mut claim| {
            let stores = &claim.task().stores;
            stores.set(stores.get() + 1);
            claim.visit(self.table, number(of))
        });
        visit.is_some()
    }

    /// A poll that sees how many stores there are.
    pub(in super::super) fn stores(&self, of: u64) -> Option<u32> {
        if self.begin(of) {
            self.table.end_bare(number(of));
            return Some(0);
        }
        let claim = self.table.claim(number(of));
        claim.map(|mut claim| claim.task().stores.get())
    }

    pub(in super::super) fn remove(&self, of: u64) -> bool {
        self.table.remove(number(of)).is_some()
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.table.len() == 0
    }
}

/// The next poll, which tokio orders after the beginning of this one, waits for its end: it sees what that leaves.
#[test]
fn a_poll_waits_for_one_that_claims_nothing() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        assert!(tasks.begin(2));
        let of_other = tasks.clone();
        let other = spawn(move || of_other.stores(2));
        assert!(tasks.end_with_store(2));
        assert_eq!(other.join().unwrap(), Some(1));
        assert!(tasks.remove(2));
    });
}

/// The same where the poll leaves nothing: what the future itself holds is used by one poll after the other.
#[test]
fn a_poll_waits_for_one_that_leaves_nothing() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let held = Rc::new(Cell::new(0));
        assert!(tasks.begin(2));
        let (of_other, held_of_other) = (tasks.clone(), held.clone());
        let other = spawn(move || {
            assert_eq!(of_other.stores(2), Some(0));
            held_of_other.set(held_of_other.get() + 1);
        });
        held.set(1);
        tasks.table.end_bare(number(2));
        other.join().unwrap();
        assert_eq!(held.get(), 2);
        assert!(tasks.begin(2));
        tasks.table.end_bare(number(2));
        assert!(tasks.remove(2));
    });
}

/// A task is shut down while a poll of it may be about to begin, and the next task gets its slot: the poll gets the
/// identity of its own task or of none, and what it leaves does not come to the other.
#[test]
fn a_poll_that_does_not_happen_leaves_the_next_task_alone() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let of_other = tasks.clone();
        let other = spawn(move || {
            if of_other.begin(2) && !of_other.end_with_store(2) {
                return;
            }
            of_other.stores(2);
        });
        tasks.remove(2); // by the other, if it visits the task by then
        tasks.insert(4);
        assert_eq!(tasks.stores(4), Some(0));
        other.join().unwrap();
        assert_eq!(tasks.stores(4), Some(0));
        assert!(tasks.remove(4) && tasks.is_empty());
        assert_eq!(tasks.dropped.load(SeqCst), 2);
    });
}

/// The mark of a poll that does not happen comes late. The next task in the slot is polled nevertheless, and its next poll
/// waits for its last.
#[test]
fn a_late_mark_does_not_stand_for_the_next_task() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.begin(2)); // and no end
        assert!(tasks.remove(2));
        tasks.insert(4);
        assert!(!tasks.begin(4), "it is to be claimed");
        assert_eq!(tasks.stores(4), Some(0));
        other.join().unwrap();
        assert_eq!(tasks.stores(4), Some(0));
        assert!(tasks.remove(4) && tasks.is_empty());
    });
}
