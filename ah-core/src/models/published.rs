//! The published list: it is replaced while others read it.

use std::sync::Arc;

use super::support::{Count, Watched};
use crate::{
    environment::published::{fence::free_readers, list::Published, slots::take_own_slot},
    sync::of_loom::{expect_fences, model, spawn},
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

    /// As an emission does in the usual case.
    fn read_quickly(&self) -> u32 {
        let reading = self.published.read_quickly().expect("no fence is needed");
        let number = reading.list().expect("one was published").look();
        reading.end();
        number
    }

    fn read(&self) -> u32 {
        let reading = self.published.read();
        reading.list().expect("one was published").look()
    }
}

/// One reads, one replaces.
/// 4 preemptions: 2,856 interleavings, 0.4 s.
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

/// Two read, one replaces: the list is dropped with the last of them.
/// 3 preemptions: 38,138 interleavings, 10.1 s.
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
/// 3 preemptions: 1,853 interleavings, 0.3 s.
#[test]
fn a_nested_read_sees_the_list_of_the_outermost() {
    model(3, || {
        let lists = Lists::new();
        let of_reader = lists.clone();
        let reader = spawn(move || {
            let reading = of_reader.published.read();
            let outer = reading.list().expect("one was published");
            assert_eq!(of_reader.read(), outer.look());
            outer.look();
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

/// As `a_list_is_freed_when_nobody_reads_it_and_not_before`, where readers have no fence.
/// 4 preemptions: 837 interleavings, 0.2 s.
#[test]
fn without_a_fence_a_list_is_freed_when_nobody_reads_it_and_not_before() {
    model(4, || {
        expect_fences();
        free_readers();
        let lists = Lists::new();
        let of_reader = lists.clone();
        let reader = spawn(move || {
            take_own_slot();
            of_reader.read_quickly()
        });
        lists.publish(2);
        assert_eq!(lists.read(), 2, "what was published is read");
        reader.join().unwrap();
        assert_eq!(lists.freed.get(), 1, "no later event is needed");
    });
}

/// As `a_list_that_two_read_goes_with_the_last`, where readers have no fence.
/// 2 preemptions: 586 interleavings, 0.2 s.
#[test]
fn without_a_fence_a_list_that_two_read_goes_with_the_last() {
    model(2, || {
        expect_fences();
        free_readers();
        let lists = Lists::new();
        let readers = [1, 2].map(|_| {
            let lists = lists.clone();
            spawn(move || {
                take_own_slot();
                lists.read_quickly()
            })
        });
        lists.publish(2);
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(lists.freed.get(), 1);
    });
}

/// One reads, one replaces, and meanwhile readers come to need no fence.
/// 3 preemptions: 14,605 interleavings, 3.7 s.
#[test]
fn readers_lose_their_fence_while_a_list_is_replaced() {
    model(3, || {
        expect_fences();
        let lists = Lists::new();
        let of_reader = lists.clone();
        let reader = spawn(move || of_reader.read());
        let registrar = spawn(free_readers);
        lists.publish(2);
        reader.join().unwrap();
        registrar.join().unwrap();
        assert_eq!(lists.freed.get(), 1);
    });
}
