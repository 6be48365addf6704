//! Recordings at random: of what no program does, too.

use super::{
    check, check_html, check_lines,
    script::{HOSTILE, place},
};
use crate::{
    overview::Overview,
    recording::{LossText, Poll, Recording, StoreText, Task, Unset, Wake},
    river::River,
};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (!self.one_in(3)).then(|| value(self))
    }

    fn time(&mut self) -> u64 {
        if self.one_in(60) {
            u64::MAX
        } else {
            self.below(1_000_000)
        }
    }

    /// Of a task there is, or of none.
    fn id(&mut self, tasks: u64) -> u64 {
        self.below(tasks + 4)
    }

    fn list<T>(&mut self, most: u64, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| item(self)).collect()
    }

    fn text(&mut self) -> &'static str {
        [
            "load",
            "a::save::{{closure}}",
            "",
            HOSTILE,
            "名前の長い関数",
            "\u{1b}[31m\u{202e}",
        ][self.below(6) as usize]
    }

    fn store(&mut self) -> StoreText {
        StoreText {
            storage: self.below(3) as u32,
            name: self.text().into(),
            type_name: self.text().into(),
            size: self.below(100),
            value: self.below(20),
            text: self.maybe(|random| random.below(4).to_string().into()),
            set_at: None,
            is_exited: self.one_in(8),
        }
    }

    fn poll(&mut self, is_orderly: bool, at: &mut u64) -> Poll {
        let thread = self.below(5) as u32;
        let (from, to) = (self.time(), self.time());
        if !is_orderly {
            return Poll { from, to, thread };
        }
        let from = *at + self.below(3_000);
        *at = from + self.below(3_000);
        Poll {
            from,
            to: *at,
            thread,
        }
    }

    fn task(&mut self, id: u64, tasks: u64, is_orderly: bool) -> Task {
        let mut at = self.below(500_000);
        let created = if is_orderly { at } else { self.time() };
        let polls = self.list(8, |random| random.poll(is_orderly, &mut at));
        Task {
            id,
            trigger: if is_orderly {
                self.below(id.max(1))
            } else {
                self.id(tasks)
            },
            type_name: self.text().into(),
            future: self.text().into(),
            place: self.maybe(|random| place(random.text(), 7)),
            is_promise: self.one_in(2),
            polled_in: self.maybe(|random| random.id(tasks)),
            stores: self.list(3, Self::store).into(),
            created,
            created_on: self.maybe(|_| 1),
            is_torn: self.one_in(3),
            polls,
            wakes: self.list(8, |random| Wake {
                at: random.time(),
                by: random.id(tasks),
                thread: 0,
            }),
            unset: self.list(2, |random| Unset {
                at: random.time(),
                storage: random.below(3) as u32,
                place: Some(place(HOSTILE, 9)),
            }),
            finished: self.maybe(Self::time),
            destroyed: self.maybe(Self::time),
        }
    }

    fn recording(&mut self) -> Recording {
        let (count, is_orderly) = (1 + self.below(60), self.one_in(2));
        let tasks = (0..count).map(|id| self.task(id, count, is_orderly));
        Recording {
            tasks: tasks.collect(),
            threads: vec![HOSTILE.into(); 3],
            losses: vec![LossText {
                storage: 0,
                name: HOSTILE.into(),
                value: None,
                read_at: place(HOSTILE, 9),
                set_at: Some(place(HOSTILE, 1)),
                held_by: 3,
                times: 2,
                fix: HOSTILE.into(),
            }],
            begin: self.below(300_000),
            end: 1_000_000,
            overwritten: self.below(3),
            ..Recording::default()
        }
    }
}

#[test]
fn every_river_adds_up() {
    let from = std::env::var("AH_RIVER_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seeds = from.map_or(0..40, |seed| seed..seed + 1);
    for seed in seeds {
        let recording = Random(seed).recording();
        let checked = std::panic::catch_unwind(|| check_all(&recording));
        assert!(checked.is_ok(), "AH_RIVER_SEED={seed} runs this one alone");
    }
}

fn check_all(recording: &Recording) {
    for task in &recording.tasks {
        check(&River::of(recording, task.id).expect("it is recorded"));
    }
    let overview = Overview::of(recording);
    for request in overview.requests() {
        let parts: u64 = request.parts().iter().map(crate::Part::nanos).sum();
        assert_eq!(parts, request.duration());
    }
    assert!(
        overview
            .requests()
            .windows(2)
            .all(|pair| pair[0].duration() >= pair[1].duration())
    );
    let linked: Vec<u64> = overview.rivers(recording).map(|river| river.id()).collect();
    let listed: Vec<u64> = overview.requests().iter().map(crate::Request::id).collect();
    assert_eq!(linked, listed[..linked.len()]);
    for columns in [0, 57, 100] {
        check_lines(&overview.text(columns), columns);
    }
    check_html(&overview.html());
}
