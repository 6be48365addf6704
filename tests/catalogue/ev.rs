//! EV: emitters that own a resource, and channels that enter stores. Both are created here, of what the library has.

use async_hooks::{
    AsyncId, AsyncLocalStorage, AsyncResource, ResourceError, ScopeGuard, prelude::*,
};

use crate::support::{Cell, Fifo, checked, counts, ids, panics, yield_now};

type Listener = Box<dyn Fn(u32)>;

/// An emitter whose listeners run in its scope.
struct Emitter {
    listeners: Vec<Listener>,
    resource: AsyncResource,
}

impl Emitter {
    fn new(name: &'static str) -> Result<Self, ResourceError> {
        Ok(Self {
            listeners: Vec::new(),
            resource: AsyncResource::builder(name).build()?,
        })
    }

    fn on(&mut self, listener: impl Fn(u32) + 'static) {
        self.listeners.push(Box::new(listener));
    }

    /// Returns `true` if there were any listeners.
    fn emit(&self, value: u32) -> bool {
        self.resource.run_in_async_scope(|| {
            self.listeners.iter().for_each(|listener| listener(value));
            !self.listeners.is_empty()
        })
    }
}

#[test]
fn ev_01_an_emitter_with_a_resource_runs_its_listeners_in_its_scope() {
    struct Name(&'static str);
    checked(|collector| {
        let seen = Cell::new();
        let there = seen.clone();
        let mut emitter = Emitter::new("Foo").unwrap();
        emitter.resource.handle().extensions().insert(Name("Foo"));
        emitter.on(move |value| {
            let of = async_hooks::execution_async_resource()
                .extensions()
                .get::<Name>();
            there.push((value, ids(), of.unwrap().0));
        });
        assert!(emitter.emit(7));
        let id = emitter.resource.async_id();
        drop(emitter);
        assert_eq!(seen.take(), [(7, (id.get(), 1), "Foo")]);
        assert_eq!(collector.take_lines()[0], "init Foo 2<1");
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn ev_04_emit_says_whether_anybody_listened_and_lets_a_panic_out_in_balance() {
    checked(|_| {
        let mut emitter = Emitter::new("Foo").unwrap();
        assert!(!emitter.emit(1));
        emitter.on(|_| panic!("boom"));
        assert!(panics(|| emitter.emit(2)));
        assert_eq!(ids(), (1, 0));
        assert_eq!(Emitter::new("").err(), Some(ResourceError::EmptyType));
    });
}

type Storage = AsyncLocalStorage<u32>;

static FIRST: Storage = Storage::new();
static SECOND: Storage = Storage::new();

fn both() -> (Option<u32>, Option<u32>) {
    (FIRST.get(), SECOND.get())
}

/// A storage, and what becomes of the data to be its store.
type Bound = (&'static Storage, fn(u32) -> u32);

/// A channel that enters stores for as long as what it reports lasts.
#[derive(Default)]
struct Channel {
    bound: Vec<Bound>,
    subscribers: Vec<Listener>,
}

impl Channel {
    fn bind(&mut self, storage: &'static Storage, transform: fn(u32) -> u32) {
        self.bound.push((storage, transform));
    }

    /// Returns `true` if it was bound.
    fn unbind(&mut self, storage: &'static Storage) -> bool {
        let before = self.bound.len();
        self.bound
            .retain(|(other, _)| !std::ptr::eq(*other, storage));
        before != self.bound.len()
    }

    fn scope(&self, data: u32) -> ChannelScope {
        let enter = |(storage, transform): &Bound| storage.with_scope(transform(data));
        let scope = ChannelScope(self.bound.iter().map(enter).collect());
        self.subscribers
            .iter()
            .for_each(|subscriber| subscriber(data));
        scope
    }

    fn run_stores<R>(&self, data: u32, f: impl FnOnce() -> R) -> R {
        let _scope = self.scope(data);
        f()
    }
}

/// Leaves the stores in the reverse order.
struct ChannelScope(Vec<ScopeGuard>);

impl Drop for ChannelScope {
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

#[test]
fn ev_05_stores_bound_to_a_channel_are_entered_for_the_function_and_for_subscribers() {
    checked(|_| {
        let (mut channel, seen) = (Channel::default(), Cell::new());
        channel.bind(&FIRST, |data| data);
        channel.bind(&SECOND, |data| data * 10);
        let there = seen.clone();
        channel
            .subscribers
            .push(Box::new(move |_| there.push(both())));
        channel.run_stores(1, || {
            assert_eq!(both(), (Some(1), Some(10)));
            channel.run_stores(2, || assert_eq!(both(), (Some(2), Some(20))));
            assert_eq!(both(), (Some(1), Some(10)));
        });
        assert_eq!(seen.take(), [(Some(1), Some(10)), (Some(2), Some(20))]);
        assert_eq!(both(), (None, None));
        assert!(channel.unbind(&FIRST));
        assert!(!channel.unbind(&FIRST));
        channel.run_stores(3, || assert_eq!(both(), (None, Some(30))));
    });
}

#[test]
fn ev_07_the_callback_of_a_traced_call_sees_the_stores_of_its_own_start() {
    checked(|_| {
        let (fifo, seen) = (Fifo::new(), Cell::new());
        let (mut start, mut async_start) = (Channel::default(), Channel::default());
        start.bind(&FIRST, |data| data);
        async_start.bind(&SECOND, |data| data);
        let there = seen.clone();
        start.run_stores(1, || {
            assert_eq!(both(), (Some(1), None));
            let callback = move || there.push(both());
            fifo.defer(move || async_start.run_stores(2, callback));
        });
        assert_eq!(both(), (None, None));
        fifo.run();
        assert_eq!(seen.take(), [(Some(1), Some(2))]);
    });
}

#[test]
fn ev_08_a_traced_future_keeps_the_stores_of_its_start_across_awaits() {
    checked(|_| {
        let (fifo, mut start) = (Fifo::new(), Channel::default());
        start.bind(&FIRST, |data| data);
        let future = async {
            let before = both();
            yield_now().await;
            [before, both()]
        };
        let future = start.run_stores(1, || Box::new(future.traced("TRACED")));
        let task = fifo.spawn(Box::into_pin(future));
        fifo.run();
        assert_eq!(task.take(), Some([(Some(1), None); 2]));
        assert_eq!(both(), (None, None));
    });
}

#[test]
fn ev_10_the_scope_of_a_channel_publishes_inside_its_stores_and_ends_once() {
    checked(|_| {
        let (mut channel, seen) = (Channel::default(), Cell::new());
        drop(channel.scope(1)); // nobody bound, nobody listens
        assert_eq!(both(), (None, None));
        let there = seen.clone();
        channel
            .subscribers
            .push(Box::new(move |data| there.push((data, both()))));
        channel.bind(&FIRST, |data| data);
        channel.bind(&SECOND, |data| data + 1);
        let outer = channel.scope(1);
        let inner = channel.scope(5);
        assert_eq!(both(), (Some(5), Some(6)));
        drop(inner);
        assert_eq!(both(), (Some(1), Some(2)));
        drop(outer);
        assert!(panics(|| channel.run_stores(7, || panic!("boom"))));
        assert_eq!(both(), (None, None));
        let told = [1, 5, 7].map(|data| (data, (Some(data), Some(data + 1))));
        assert_eq!(seen.take(), told);
        assert_eq!(ids(), (AsyncId::ROOT.get(), 0));
    });
}
