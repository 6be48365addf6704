//! What is counted, and what must be as it was.

use std::{
    fmt, thread,
    time::{Duration, Instant},
};

use crate::{memory, worlds};

/// What memory may grow by, at rest: by buffers of threads and pools that met their fullest moment only after the warm-up.
/// A leak of one byte in a thousand requests is more than that in ten minutes.
const MORE_BYTES: usize = 64 << 10;
const MORE_BLOCKS: usize = 64;
/// So long what was aborted or sent away may take to come to its end once the clients have ended.
const PATIENCE: Duration = Duration::from_secs(10);

/// The numbers of one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Gauges {
    resources: usize,
    frame_entries: usize,
    queued_destroys: usize,
    hooks: usize,
    hook_values: usize,
    storages: usize,
    instrumented_tasks: usize,
    bytes: usize,
    blocks: usize,
}

impl Gauges {
    pub(crate) fn now() -> Self {
        let (bytes, blocks) = (memory::bytes(), memory::blocks()); // before `stats` allocates its table
        let stats = async_hooks::stats();
        Self {
            resources: stats.resources().alive(),
            frame_entries: stats.frame_entries(),
            queued_destroys: stats.queued_destroys(),
            hooks: stats.hooks(),
            hook_values: worlds::hook_values(),
            storages: stats.storages(),
            instrumented_tasks: instrumented_tasks(),
            bytes,
            blocks,
        }
    }

    /// The numbers that are the same whenever nothing is under way.
    fn alive(&self) -> [(&'static str, usize); 6] {
        [
            ("resources alive", self.resources),
            ("frame entries", self.frame_entries),
            ("destroys queued", self.queued_destroys),
            ("hooks enabled", self.hooks),
            ("values of hooks", self.hook_values),
            ("instrumented tasks", self.instrumented_tasks),
        ]
    }

    /// Says of each of these numbers that is not as it was.
    pub(crate) fn alive_since(&self, before: &Self) -> Vec<String> {
        let pairs = self.alive().into_iter().zip(before.alive());
        let differing = pairs.filter(|(now, before)| now != before);
        differing
            .map(|((what, now), (_, before))| format!("{what}: {before} before, {now} now"))
            .collect()
    }

    /// Says of everything that is left.
    pub(crate) fn left_over_since(&self, start: &Self) -> Vec<String> {
        let mut faults = self.alive_since(start);
        let (before, now) = (start.storages, self.storages); // the static ones are there once they were used
        if now != before {
            faults.push(format!("storages: {before} before, {now} now"));
        }
        let mut at_most = |what, now: usize, start: usize, more| {
            if now > start + more {
                faults.push(format!("{what}: {start} at the start, {now} at the end"));
            }
        };
        at_most("bytes allocated", self.bytes, start.bytes, MORE_BYTES);
        at_most("blocks allocated", self.blocks, start.blocks, MORE_BLOCKS);
        faults
    }
}

impl fmt::Display for Gauges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            resources,
            frame_entries,
            queued_destroys,
            hooks,
            storages,
            bytes,
            blocks,
            ..
        } = self;
        write!(
            f,
            "{resources} resources, {frame_entries} frame entries, {queued_destroys} destroys queued, {hooks} hooks, \
             {storages} storages, {bytes} bytes in {blocks} blocks"
        )
    }
}

/// Waits until what lives is what lived before, or until it does not seem to come to that, and returns the numbers.
pub(crate) fn at_rest(before: &Gauges) -> Gauges {
    let begun = Instant::now();
    loop {
        let now = Gauges::now();
        if now.alive() == before.alive() || begun.elapsed() > PATIENCE {
            return now;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(tokio_unstable)]
fn instrumented_tasks() -> usize {
    ah_tokio::instrumented_tasks()
}
#[cfg(not(tokio_unstable))]
fn instrumented_tasks() -> usize {
    0
}

#[cfg(test)]
mod tests {
    use ah_testing::test;

    use super::{Gauges, MORE_BLOCKS, MORE_BYTES};

    const START: Gauges = Gauges {
        resources: 1,
        frame_entries: 2,
        queued_destroys: 3,
        hooks: 4,
        hook_values: 5,
        storages: 6,
        instrumented_tasks: 7,
        bytes: 8,
        blocks: 9,
    };

    #[test]
    fn each_number_that_is_higher_is_a_fault() {
        let higher: [fn(&mut Gauges); 9] = [
            |gauges| gauges.resources += 1,
            |gauges| gauges.frame_entries += 1,
            |gauges| gauges.queued_destroys += 1,
            |gauges| gauges.hooks += 1,
            |gauges| gauges.hook_values += 1,
            |gauges| gauges.storages += 1,
            |gauges| gauges.instrumented_tasks += 1,
            |gauges| gauges.bytes += MORE_BYTES + 1,
            |gauges| gauges.blocks += MORE_BLOCKS + 1,
        ];
        assert!(START.left_over_since(&START).is_empty());
        for make_higher in higher {
            let mut end = START.clone();
            make_higher(&mut end);
            let faults = end.left_over_since(&START);
            assert_eq!(faults.len(), 1, "{end:?}: {faults:?}");
        }
    }

    #[test]
    fn a_buffer_that_has_grown_is_none_and_neither_is_less_memory() {
        for (bytes, blocks) in [(8 + MORE_BYTES, 9 + MORE_BLOCKS), (0, 0)] {
            let end = Gauges {
                bytes,
                blocks,
                ..START
            };
            assert!(end.left_over_since(&START).is_empty());
        }
    }
}
