//! Extensions are put in and forgotten on several threads.

use std::sync::{
    Arc,
    atomic::Ordering::{Acquire, Release},
};

use super::support::Count;
use crate::{
    AsyncId, Extensions,
    extensions::{TableOf, any},
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
        id: AsyncId::new(id),
    }
}

/// Two put values in, each into a table of its own: both are counted, so both are forgotten.
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

/// One puts a value in, one destroys the resource: the value goes at once if it was there, and is looked up in one piece.
#[test]
fn what_is_there_when_a_resource_is_destroyed_goes() {
    model(3, || {
        let (extensions, inserted) = (extensions(2), Arc::new(AtomicBool::new(false)));
        let dropped = Count::default();
        let of_other = (extensions.clone(), inserted.clone(), Value(dropped.clone()));
        let other = spawn(move || {
            let (extensions, inserted, value) = of_other;
            extensions.insert(value);
            inserted.store(true, Release);
        });
        let must_go = inserted.load(Acquire);
        extensions.table.forget(extensions.id);
        assert!(dropped.get() == 1 || !must_go);
        other.join().unwrap();
        drop(extensions.remove::<Value>());
        assert_eq!((dropped.get(), any()), (1, false));
    });
}
