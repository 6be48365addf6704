//! The published list: it is replaced while others read it.

use std::sync::Arc;

use super::support::{Count, Watched};
use crate::{
    published::Published,
    sync::of_loom::{model, spawn},
};

struct Lists {
    published: Published<Watched>,
    freed: Count,
}

impl Lists {
    fn new() -> Arc<Self> {
        let lists = Arc::new(Self {
            published: Published::new(),
            freed: Count::default(),
        });
        lists.publish(1);
        lists
    }

    fn publish(&self, number: u32) {
        self.published.update(|_| Watched::new(number, &self.freed));
        self.published.collect();
    }

    fn read(&self) -> u32 {
        self.published
            .read(|list| list.expect("one was published").look())
    }
}

/// One reads, one replaces.
/// 4 preemptions: 24,807 interleavings, 2.6 s.
#[test]
fn a_list_is_freed_when_nobody_reads_it_and_not_before() {
    model(4, || {
        let lists = Lists::new();
        let of_reader = lists.clone();
        let reader = spawn(move || of_reader.read());
        lists.publish(2);
        assert_eq!(lists.read(), 2, "what was published is read");
        reader.join().unwrap();
        assert_eq!(lists.freed.get(), 1, "no later event is needed");
    });
}

/// Two read, one replaces: the list goes with the last of them.
/// 3 preemptions: 116,856 interleavings, 15.0 s.
#[test]
fn a_list_that_two_read_goes_with_the_last() {
    model(3, || {
        let lists = Lists::new();
        let readers = [1, 2].map(|_| {
            let lists = lists.clone();
            spawn(move || lists.read())
        });
        lists.publish(2);
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(lists.freed.get(), 1);
    });
}

/// A read within a read, while the list is replaced twice.
/// 3 preemptions: 3,577 interleavings, 0.3 s.
#[test]
fn a_nested_read_sees_the_list_of_the_outermost() {
    model(3, || {
        let lists = Lists::new();
        let of_reader = lists.clone();
        let reader = spawn(move || {
            of_reader.published.read(|outer| {
                let outer = outer.expect("one was published");
                assert_eq!(of_reader.read(), outer.look());
                outer.look();
            });
        });
        lists.publish(2);
        lists.publish(3);
        reader.join().unwrap();
        assert_eq!(lists.freed.get(), 2);
    });
}

/// Two replace, and each frees what it may: none twice.
/// 3 preemptions: 20 interleavings, 0.0 s.
#[test]
fn two_that_replace_free_each_list_once() {
    model(3, || {
        let lists = Lists::new();
        let of_other = lists.clone();
        let other = spawn(move || of_other.publish(2));
        lists.publish(3);
        other.join().unwrap();
        lists.read();
        assert_eq!(lists.freed.get(), 2);
    });
}
