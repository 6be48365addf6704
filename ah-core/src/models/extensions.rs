//! Extensions are put in and forgotten on several threads.

use std::sync::{
    Arc,
    atomic::Ordering::{Acquire, Release},
};

use super::support::Count;
use crate::{
    id::AsyncId,
    subject::extensions::{Extensions, TableOf, any},
    sync::{
        AtomicBool,
        of_loom::{model, spawn},
    },
};

struct Value(Count);

impl Drop for Value {
    fn drop(&mut self) {
        self.0.add();
    }
}

fn extensions(id: u64) -> Extensions {
    Extensions {
        table: TableOf::new(),
        id: AsyncId::of(id),
    }
}

/// Two put values in, each into a table of its own: both are counted, so both are forgotten.
/// 3 preemptions: 4 interleavings, 0.0 s.
#[test]
fn each_table_that_has_extensions_is_counted() {
    model(3, || {
        let (one, two, dropped) = (extensions(2), extensions(3), Count::default());
        let (of_other, value) = (one.clone(), Value(dropped.clone()));
        let other = spawn(move || of_other.insert(value).is_none());
        two.insert(Value(dropped.clone()));
        assert!(other.join().unwrap());
        one.table.forget(one.id);
        two.table.forget(two.id);
        assert!(!any());
        assert_eq!(dropped.get(), 2);
    });
}

/// One inserts a value, one destroys that resource and another one of the same table: each value is dropped at once if
/// it was there.
/// 3 preemptions: 45 interleavings, 0.0 s.
#[test]
fn what_is_there_when_a_resource_is_destroyed_goes() {
    model(3, || {
        let (two, inserted) = (extensions(2), Arc::new(AtomicBool::new(false)));
        let three = Extensions {
            id: AsyncId::of(3),
            ..two.clone()
        };
        let dropped = Count::default();
        three.insert(Value(dropped.clone()));
        let of_other = (two.clone(), inserted.clone(), Value(dropped.clone()));
        let other = spawn(move || {
            let (two, inserted, value) = of_other;
            two.insert(value);
            inserted.store(true, Release);
        });
        let must_go = inserted.load(Acquire);
        two.table.forget(three.id);
        two.table.forget(two.id);
        assert!(dropped.get() == 2 || !must_go && dropped.get() == 1);
        other.join().unwrap();
        two.table.forget(two.id);
        assert_eq!((dropped.get(), any()), (2, false));
    });
}
