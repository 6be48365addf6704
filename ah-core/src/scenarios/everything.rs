//! Four threads do at random what threads may do: `tests/random_threads.rs` does the same on real ones.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use super::support::{Counted, HandOver, Live, on_threads, scenario};
use crate::{
    async_hook::{AsyncHook, create_hook},
    env::Env,
    frame::{Frame, Key, Lookup},
    hook::builder::Hooks,
    resource::async_resource::AsyncResource,
    sync::of_shuttle::below,
};

const STEPS: usize = 10;

static STORE: Key<Counted> = Key::new();

/// A hook, and how many inits and destroys it received.
struct Listening(AsyncHook, Arc<AtomicUsize>);

impl Listening {
    fn new(captured: Counted) -> Self {
        let heard = Arc::new(AtomicUsize::new(0));
        let (of_init, of_destroy) = (heard.clone(), heard.clone());
        let hooks = Hooks::builder()
            .init(move |_| {
                captured.look();
                of_init.fetch_add(1, SeqCst);
            })
            .destroy(move |_| _ = of_destroy.fetch_add(1, SeqCst));
        Self(create_hook(hooks.build()).enable().clone(), heard)
    }

    fn heard(&self) -> usize {
        self.1.load(SeqCst)
    }
}

struct Thread {
    live: Live,
    frames: HandOver<(usize, Frame)>,
    own: Vec<Listening>,
}

impl Thread {
    fn run(mut self, number: usize) {
        for step in 1..=STEPS {
            let number = number * 100 + step;
            match below(7) {
                0 => self.own.push(Listening::new(self.live.one(number))),
                1 => self.disable_one(),
                2 => self.make_a_resource(),
                3 => self.store_and_hand_over(number),
                4 => self.take_over(),
                5 => self.extend_a_resource(number),
                _ => self.end_an_environment(number),
            }
        }
        while !self.own.is_empty() {
            self.disable_one();
        }
    }

    fn disable_one(&mut self) {
        if !self.own.is_empty() {
            let one = below(self.own.len());
            self.own.swap_remove(one).0.disable();
        }
    }

    /// What this thread enabled receives what this thread creates.
    fn make_a_resource(&self) {
        let heard = || -> Vec<usize> { self.own.iter().map(Listening::heard).collect() };
        let before = heard();
        AsyncResource::new("TEST").run_in_async_scope(|| drop(AsyncResource::new("INNER")));
        for (before, after) in before.into_iter().zip(heard()) {
            assert!(after >= before + 4, "{before} events, and then {after}");
        }
    }

    fn store_and_hand_over(&self, number: usize) {
        STORE.run(self.live.one(number), || {
            self.frames.put((number, Frame::capture()));
        });
    }

    fn take_over(&self) {
        if let Some((number, frame)) = self.frames.take() {
            frame.run(|| {
                STORE.with(|lookup| match lookup {
                    Lookup::Set(store) => assert_eq!(store.look(), number),
                    _ => panic!("it is in the frame"),
                });
            });
            if below(2) == 0 {
                self.frames.put((number, frame));
            }
        }
    }

    fn extend_a_resource(&self, number: usize) {
        let resource = AsyncResource::new("EXTENDED");
        let extensions = resource.handle().extensions();
        extensions.insert(self.live.one(number));
        let found = extensions.get::<Counted>();
        assert_eq!(found.map(|counted| counted.look()), Some(number));
    }

    /// The last handle of an environment of its own is dropped while a hook is enabled in it.
    fn end_an_environment(&self, number: usize) {
        let env = Env::new();
        env.run(|| {
            let listening = Listening::new(self.live.one(number));
            drop(AsyncResource::new("TEST"));
            assert_eq!(listening.heard(), 2, "of this environment alone");
        });
    }
}

#[test]
fn four_threads_at_random_leave_nothing_behind() {
    scenario(20_000, |live| {
        let (env, frames) = (Env::new(), HandOver::new());
        on_threads(|number| {
            let (env, live, frames) = (env.clone(), live.clone(), frames.clone());
            move || {
                let own = Vec::new();
                env.run(|| Thread { live, frames, own }.run(number));
            }
        });
        frames.clear();
    });
}
