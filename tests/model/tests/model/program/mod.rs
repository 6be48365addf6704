//! The programs: what can be done with the public API.

mod make;

use std::{fmt, sync::Arc};

pub(crate) use make::{alone, ordered, together};

/// How many storages a program has: a plain one, one with a default, and the same two not inherited.
pub(crate) const STORAGES: usize = 4;
/// What the storages with a default show where nothing is set.
pub(crate) const DEFAULTS: [Option<u32>; STORAGES] = [None, Some(100), None, Some(200)];
/// Which storages have the policy `Never`.
pub(crate) const NEVER: [bool; STORAGES] = [false, false, true, true];
/// So many things of one kind are at hand by number.
pub(crate) const SLOTS: usize = 2;
/// So many operations are run of one program: closures may call themselves, and hooks cause what they receive.
pub(crate) const FUEL: u32 = 150;

/// Of tasks that share nothing, each spawns so many, and so does each of those, up to so deep: hooks may do it whenever
/// they receive one.
pub(crate) const MOST_TASKS: usize = 4;

pub(crate) type Body = Arc<[Op]>;
pub(crate) type AsyncBody = Arc<[AsyncOp]>;

pub(crate) const PHASES: [async_hooks::Phase; 5] = [
    async_hooks::Phase::Init,
    async_hooks::Phase::Before,
    async_hooks::Phase::After,
    async_hooks::Phase::PromiseResolve,
    async_hooks::Phase::Destroy,
];

/// An event: of a phase, or, for promise hooks alone, that a future has come to its end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Event {
    Of(async_hooks::Phase),
    Settled,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(phase) => phase.fmt(f),
            Self::Settled => f.write_str("settled"),
        }
    }
}

/// What promise hooks receive.
pub(crate) const OF_PROMISES: [Event; 4] = [
    Event::Of(async_hooks::Phase::Init),
    Event::Of(async_hooks::Phase::Before),
    Event::Of(async_hooks::Phase::After),
    Event::Settled,
];

/// What is done in one go. Numbers are those of storages, values, and slots of their kind.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Look,
    Enter(usize, u32),
    Run(usize, u32, Body),
    Exit(usize, Body),
    /// A read that is open around the body.
    Lend(usize, Body),
    Disable(usize),
    /// Guards are left alone in callbacks of hooks, and on other threads than the first.
    Guard(usize, usize, u32),
    DropGuard(usize),
    Resource(usize, Creation),
    RunIn(usize, Body),
    Destroy(usize),
    DropResource(usize),
    DefaultTrigger(usize, Body),
    /// A value that is kept with what runs here.
    Extend(u32),
    /// A call of a function with `#[traced]`, of one of two types, and with a trigger or not.
    Traced(bool, Option<usize>, Body),
    Snapshot(usize),
    EmptySnapshot(usize),
    RunSnapshot(usize, Body),
    /// A closure to be called once, or more often.
    Bind(usize, bool, Body),
    BindIn(usize, bool, usize, Body),
    Call(usize),
    Detached(Body),
    /// Created, and enabled at once or not.
    Hook(usize, bool, Listening),
    EnableHook(usize),
    DisableHook(usize),
    DropHook(usize),
    /// A promise hook, which does this when it receives the phase, so many times.
    OnPromise(usize, usize, u32, Body),
    StopPromise(usize),
    Flush,
    Panic,
    Catch(Body),
    /// A thread of `async_hooks::thread`, joined at once.
    Thread(Body),
    Hand(Manual),
    Env(usize, InEnv),
    Future(usize, Wraps, AsyncBody),
    Poll(usize),
    PollElsewhere(usize),
    DropFuture(usize),
    DropElsewhere(usize),
    /// A stream that is a sink, too, in the slot of a future.
    Channel(usize, Wraps, AsyncBody, Sinks),
    /// An operation of the sink.
    Sink(usize, usize),
    /// A task of the executor.
    Spawn(AsyncBody),
    /// The task that was spawned so many tasks ago is aborted, where the executor can abort tasks.
    Abort(usize),
}

/// How a resource is created.
#[derive(Clone, Debug)]
pub(crate) enum Creation {
    /// With a trigger or not, and destroyed manually or not.
    Built(&'static str, Option<usize>, bool),
    /// A struct with `#[async_resource]`.
    Struct,
    /// A clone of such a struct.
    CloneOf(usize),
}

/// The type of that struct.
pub(crate) const STRUCT: &str = "A";

/// What only embedders do, who enter and leave contexts manually. Slots are of ids, then those of resources.
#[derive(Clone, Debug)]
pub(crate) enum Manual {
    Init(usize, &'static str, Option<usize>),
    Before(usize),
    After(usize),
    Destroy(usize),
    Callback(usize, Body),
    Root(Body),
    Worker(Body),
    /// The context of a task that nothing wraps.
    Task(usize),
    /// Entered, with `before` and `after` or without.
    InTask(usize, bool, Body),
    DropTask(usize),
    /// The loop of an executor, which polls this future so many times, and enters a task in between.
    Drive(Wraps, AsyncBody, u32, usize),
}

/// What is done with an environment. Those of programs are within the one of the test.
#[derive(Clone, Debug)]
pub(crate) enum InEnv {
    Make,
    Run(Body),
    Drop,
}

/// What is done in the body of a future.
#[derive(Clone, Debug)]
pub(crate) enum AsyncOp {
    Sync(Op),
    Yield,
    /// In a stream: an item.
    Item,
    Await(Wraps, AsyncBody),
    AwaitSlot(usize),
    Join([(Wraps, AsyncBody); 2]),
    Select([(Wraps, AsyncBody); 2]),
}

/// What a sink does when it is asked: is it ready, take an item, flush, close.
pub(crate) type Sinks = [Body; 4];
pub(crate) const CLOSE: usize = 3;

/// The wrappers of a future, innermost first. Of a stream: `Carried` and `Traced` alone.
pub(crate) type Wraps = Vec<Wrap>;

#[derive(Clone, Debug)]
pub(crate) enum Wrap {
    Carried,
    Traced(&'static str),
    /// The future of a function with `#[traced]`.
    Function(Function),
    Scope(usize, u32),
    ExitScope(usize),
    /// Of a struct with `#[async_resource]`: by a method that is an `async fn`, or returns a future.
    InResource(usize, bool),
    InSnapshot(usize),
    InEnv(usize),
    Task,
}

/// The functions with `#[traced]`, by what they return.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Function {
    /// An `async fn` of type `A`.
    Async,
    /// One that names a resource as its trigger, if there is one.
    Caused(usize),
    /// `impl Future`, of type `B`.
    Opaque,
    /// A future in a box, of type `B`.
    Boxed,
}

/// What a hook listens to, and what it does when it receives something.
#[derive(Clone, Debug)]
pub(crate) struct Listening {
    pub(crate) phases: [bool; 5],
    pub(crate) only_type: Option<&'static str>,
    pub(crate) promises: bool,
    pub(crate) reentrant: bool,
    /// In the callback of this phase, so many times.
    pub(crate) reaction: (usize, u32, Body),
}

/// A task, and the hooks that listen to it and to what it spawns. How often they react is not counted.
#[derive(Clone, Debug)]
pub(crate) struct Alone {
    pub(crate) hooks: Vec<Listening>,
    pub(crate) body: AsyncBody,
}

impl Listening {
    pub(crate) fn of_promises(times: u32, body: &Body) -> Self {
        Self {
            phases: [false; 5],
            only_type: None,
            promises: true,
            reentrant: false,
            reaction: (0, times, body.clone()),
        }
    }
}
