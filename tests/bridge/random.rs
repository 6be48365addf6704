//! Random programs against a model of what a bridge shows: whatever is captured, and wherever it is entered, both the store
//! and what is theirs are as the rules of the module `bridge` say.

use std::sync::Arc;

use async_hooks::{AsyncResource, Snapshot, Value, detached, snapshot};

use crate::{
    STORE,
    theirs::{begin, current, with},
};

/// What bridges captured in a frame: an entry of its own, or the one that the frame had.
#[derive(Clone, Copy)]
struct Entry {
    id: u32,
    theirs: u32,
    /// Of a frame in which nothing of anybody's is to be current.
    is_total: bool,
}

/// What is current, by the rules.
#[derive(Clone, Copy)]
struct Model {
    store: Option<u32>,
    theirs: u32,
    entry: Option<Entry>,
}

impl Model {
    const NOTHING: Self = Self {
        store: None,
        theirs: 0,
        entry: None,
    };

    #[track_caller]
    fn assert_is_current(self) {
        assert_eq!((STORE.get(), current()), (self.store, self.theirs));
    }

    /// A capture notes what is current, unless that is what the frame has.
    fn captured(self, ids: &mut u32) -> Self {
        let installed = self.entry.map_or(0, |entry| entry.theirs);
        if self.theirs == installed {
            return self;
        }
        *ids += 1;
        let entry = Entry {
            id: *ids,
            theirs: self.theirs,
            is_total: false,
        };
        Self {
            entry: Some(entry),
            ..self
        }
    }

    /// What is current where `inner` is entered.
    fn entering(self, inner: Self) -> Self {
        let theirs = |entry: Option<Entry>| entry.map_or(0, |entry| entry.theirs);
        let is_total = inner.entry.is_some_and(|entry| entry.is_total);
        let (outer_id, inner_id) = (self.entry.map(|one| one.id), inner.entry.map(|one| one.id));
        let is_there = outer_id == inner_id && self.theirs == theirs(inner.entry);
        let is_nobodys = !is_total && theirs(self.entry) == 0 && theirs(inner.entry) == 0;
        Self {
            theirs: if is_there || is_nobodys {
                self.theirs
            } else {
                theirs(inner.entry)
            },
            ..inner
        }
    }
}

/// Something that captured, and what.
struct Held {
    what: What,
    model: Model,
}

enum What {
    Resource(AsyncResource),
    Snapshot(Snapshot),
}

impl Held {
    fn run(&self, f: impl FnOnce()) {
        match &self.what {
            What::Resource(resource) => resource.run_in_async_scope(f),
            What::Snapshot(snapshot) => snapshot.run(f),
        }
    }
}

struct Program {
    /// xorshift
    random: u64,
    ids: u32,
    held: Vec<Arc<Held>>,
}

impl Program {
    fn below(&mut self, most: u32) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 32) as u32 % most
    }

    fn any_held(&mut self) -> Option<Arc<Held>> {
        let count = u32::try_from(self.held.len()).expect("a few");
        let at = self.below(count.max(1));
        self.held.get(at as usize).cloned()
    }

    fn capture(&mut self, here: Model) {
        let what = if self.below(2) == 0 {
            What::Resource(AsyncResource::new("R"))
        } else {
            What::Snapshot(snapshot())
        };
        let model = here.captured(&mut self.ids);
        self.held.push(Arc::new(Held { what, model }));
        if self.held.len() > 8 {
            let at = self.below(8);
            self.held.swap_remove(at as usize);
        }
    }

    fn scope(&mut self, mut here: Model, depth: u32) {
        self.steps(&mut here, depth);
    }

    fn steps(&mut self, here: &mut Model, depth: u32) {
        for _ in 0..=self.below(5) {
            here.assert_is_current();
            self.step(here, depth);
        }
        here.assert_is_current();
    }

    fn step(&mut self, here: &mut Model, depth: u32) {
        let value = self.below(4);
        match self.below(if depth == 0 { 2 } else { 8 }) {
            0 | 2 => self.capture(*here),
            1 => {
                STORE.enter_with(value);
                here.store = Some(value);
            }
            3 => {
                let outside = std::mem::replace(&mut here.theirs, value);
                with(value, || self.steps(here, depth - 1)); // no scope of stores
                here.theirs = outside;
            }
            4 => STORE.run::<_, Value>(value, || {
                let store = Some(value);
                self.scope(Model { store, ..*here }, depth - 1);
            }),
            5 => detached::<_, Value>(|| {
                let entry = Some(Entry {
                    id: 0,
                    theirs: 0,
                    is_total: true,
                });
                let nothing = Model {
                    entry,
                    ..Model::NOTHING
                };
                self.scope(here.entering(nothing), depth - 1);
            }),
            6 => {
                if let Some(held) = self.any_held() {
                    held.run(|| self.scope(here.entering(held.model), depth - 1));
                }
            }
            _ => {
                if let Some(held) = self.any_held() {
                    std::thread::scope(|threads| {
                        threads.spawn(|| {
                            let inner = Model::NOTHING.entering(held.model);
                            held.run(|| self.scope(inner, depth - 1));
                            Model::NOTHING.assert_is_current();
                        });
                    });
                }
            }
        }
    }
}

#[ah_testing::test]
fn random_programs_show_what_the_model_shows() {
    begin();
    let (programs, depth) = if cfg!(miri) { (8, 2) } else { (1_500, 5) };
    for seed in 1..=programs {
        let mut program = Program {
            random: 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed),
            ids: 0,
            held: Vec::new(),
        };
        // a scope of its own: what is entered in it ends with it
        async_hooks::AsyncResource::new("PROGRAM")
            .run_in_async_scope(|| program.scope(Model::NOTHING, depth));
    }
}
