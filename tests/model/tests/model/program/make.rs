//! The programs: what can be done with the public API, and how random ones are made and shrunk.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*};

/// How many storages a program has: a plain one, one with a default, and the same two not inherited.
pub(crate) const STORAGES: usize = 4;
/// What the storages with a default show where nothing is set.
pub(crate) const DEFAULTS: [Option<u32>; STORAGES] = [None, Some(100), None, Some(200)];
/// Which storages have the policy `Never`.
pub(crate) const NEVER: [bool; STORAGES] = [false, false, true, true];
/// So many things of one kind are at hand by number.
pub(crate) const SLOTS: usize = 2;
/// So many operations are run of one program: closures may call themselves, and hooks cause what they hear.
pub(crate) const FUEL: u32 = 150;

pub(crate) type Body = Arc<[Op]>;
pub(crate) type AsyncBody = Arc<[AsyncOp]>;

pub(crate) const PHASES: [ah::Phase; 5] = [
    ah::Phase::Init,
    ah::Phase::Before,
    ah::Phase::After,
    ah::Phase::PromiseResolve,
    ah::Phase::Destroy,
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
    Resource {
        slot: usize,
        ty: &'static str,
        trigger: Option<usize>,
        manual: bool,
    },
    RunIn(usize, Body),
    Destroy(usize),
    DropResource(usize),
    DefaultTrigger(usize, Body),
    Snapshot(usize),
    RunSnapshot(usize, Body),
    Bind(usize, Body),
    BindIn(usize, usize, Body),
    Call(usize),
    Detached(Body),
    /// Made, and enabled at once or not.
    Hook(usize, bool, Listening),
    EnableHook(usize),
    DisableHook(usize),
    DropHook(usize),
    /// A promise hook, which does this when it hears how a future ended, so many times.
    OnSettled(usize, u32, Body),
    StopSettled(usize),
    Flush,
    Panic,
    Catch(Body),
    /// A thread of `ah::thread`, joined at once.
    Thread(Body),
    Future(usize, Wraps, AsyncBody),
    Poll(usize),
    PollElsewhere(usize),
    DropFuture(usize),
    DropElsewhere(usize),
    /// A task of the executor, with slots of its own.
    Spawn(AsyncBody),
}

/// What is done in the body of a future.
#[derive(Clone, Debug)]
pub(crate) enum AsyncOp {
    Sync(Op),
    Yield,
    Await(Wraps, AsyncBody),
    AwaitSlot(usize),
    Join([(Wraps, AsyncBody); 2]),
    Select([(Wraps, AsyncBody); 2]),
}

/// The wrappers of a future, innermost first.
pub(crate) type Wraps = Vec<Wrap>;

#[derive(Clone, Debug)]
pub(crate) enum Wrap {
    Carried,
    Traced(&'static str),
    Scope(usize, u32),
    ExitScope(usize),
    InResource(usize),
    InSnapshot(usize),
    Task,
}

/// What a hook listens to, and what it does when it hears something.
#[derive(Clone, Debug)]
pub(crate) struct Listening {
    pub(crate) phases: [bool; 5],
    pub(crate) only_type: Option<&'static str>,
    pub(crate) promises: bool,
    pub(crate) reentrant: bool,
    /// In the callback of this phase, so many times.
    pub(crate) reaction: (usize, u32, Body),
}

fn storage() -> impl Strategy<Value = usize> {
    0..STORAGES
}

fn slot() -> impl Strategy<Value = usize> {
    0..SLOTS
}

fn value() -> impl Strategy<Value = u32> {
    1..50_u32
}

fn ty() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("A"), Just("B")]
}

fn wraps(kind: Kind) -> impl Strategy<Value = Wraps> {
    let both = prop_oneof![
        2 => Just(Wrap::Carried),
        3 => ty().prop_map(Wrap::Traced),
        3 => (storage(), value()).prop_map(|(storage, value)| Wrap::Scope(storage, value)),
        1 => storage().prop_map(Wrap::ExitScope),
        2 => Just(Wrap::Task),
    ];
    let outlives = prop_oneof![
        slot().prop_map(Wrap::InResource),
        slot().prop_map(Wrap::InSnapshot),
    ];
    let wrap = match kind {
        Kind::Ordered => prop_oneof![9 => both, 2 => outlives].boxed(),
        Kind::Tasks => both.boxed(),
    };
    vec(wrap, 0..3)
}

fn resource() -> impl Strategy<Value = Op> {
    let options = (slot(), ty(), proptest::option::of(slot()), any::<bool>());
    options.prop_map(|(slot, ty, trigger, manual)| Op::Resource {
        slot,
        ty,
        trigger,
        manual,
    })
}

/// Operations that hold no others.
fn leaf() -> BoxedStrategy<Op> {
    prop_oneof![
        5 => Just(Op::Look),
        4 => (storage(), value()).prop_map(|(storage, value)| Op::Enter(storage, value)),
        1 => storage().prop_map(Op::Disable),
        4 => resource(),
        1 => slot().prop_map(Op::Destroy),
        2 => slot().prop_map(Op::DropResource),
        2 => slot().prop_map(Op::Snapshot),
        3 => slot().prop_map(Op::Call),
        3 => slot().prop_map(Op::EnableHook),
        1 => slot().prop_map(Op::DisableHook),
        1 => slot().prop_map(Op::DropHook),
        1 => slot().prop_map(Op::StopSettled),
        1 => Just(Op::Flush),
        1 => Just(Op::Panic),
        6 => slot().prop_map(Op::Poll),
        2 => slot().prop_map(Op::PollElsewhere),
        2 => slot().prop_map(Op::DropFuture),
        1 => slot().prop_map(Op::DropElsewhere),
        2 => (slot(), storage(), value()).prop_map(|(slot, storage, value)| Op::Guard(slot, storage, value)),
        2 => slot().prop_map(Op::DropGuard),
    ]
    .boxed()
}

fn listening(reaction: BoxedStrategy<Body>) -> impl Strategy<Value = Listening> {
    (
        [(); 5].map(|()| proptest::bool::weighted(0.8)),
        proptest::option::weighted(0.3, ty()),
        proptest::bool::weighted(0.7),
        proptest::bool::weighted(0.2),
        (0..5_usize, 0..4_u32, reaction),
    )
        .prop_map(
            |(phases, only_type, promises, reentrant, reaction)| Listening {
                phases,
                only_type,
                promises,
                reentrant,
                reaction,
            },
        )
}

/// The same for tasks: nothing that tasks share, and nothing that may outlive what it belongs to, which the laws forbid.
fn task_leaf() -> BoxedStrategy<Op> {
    prop_oneof![
        5 => Just(Op::Look),
        4 => (storage(), value()).prop_map(|(storage, value)| Op::Enter(storage, value)),
        2 => (slot(), ty()).prop_map(|(slot, ty)| Op::Resource { slot, ty, trigger: None, manual: false }),
        1 => slot().prop_map(Op::DropResource),
        1 => slot().prop_map(Op::Snapshot),
        2 => slot().prop_map(Op::Call),
        1 => Just(Op::Flush),
        1 => Just(Op::Panic),
        4 => slot().prop_map(Op::Poll),
        1 => slot().prop_map(Op::DropFuture),
    ]
    .boxed()
}

fn hook(reaction: BoxedStrategy<Body>) -> impl Strategy<Value = Op> {
    (slot(), proptest::bool::weighted(0.8), listening(reaction))
        .prop_map(|(slot, enabled, listening)| Op::Hook(slot, enabled, listening))
}

fn on_settled(reaction: BoxedStrategy<Body>) -> impl Strategy<Value = Op> {
    (slot(), 0..4_u32, reaction).prop_map(|(slot, times, body)| Op::OnSettled(slot, times, body))
}

/// Which programs are made.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// One thread does everything, in a known order.
    Ordered,
    /// Tasks, which run in any order.
    Tasks,
}

/// Bodies nested up to so deep.
struct Bodies {
    sync: BoxedStrategy<Body>,
    asynchronous: BoxedStrategy<AsyncBody>,
}

fn bodies(depth: u32, kind: Kind) -> Bodies {
    let op = op(depth, kind);
    let asynchronous = async_op(depth, kind, &op);
    Bodies {
        sync: vec(op, 0..5).prop_map(Body::from).boxed(),
        asynchronous: vec(asynchronous, 0..6).prop_map(AsyncBody::from).boxed(),
    }
}

fn op(depth: u32, kind: Kind) -> BoxedStrategy<Op> {
    let leaf = match kind {
        Kind::Ordered => leaf(),
        Kind::Tasks => task_leaf(),
    };
    if depth == 0 {
        return leaf;
    }
    let Bodies { sync, asynchronous } = bodies(depth - 1, kind);
    let body = || sync.clone();
    let future = (slot(), wraps(kind), asynchronous.clone());
    let both = prop_oneof![
        3 => (storage(), value(), body()).prop_map(|(storage, value, body)| Op::Run(storage, value, body)),
        1 => (storage(), body()).prop_map(|(storage, body)| Op::Exit(storage, body)),
        1 => (storage(), body()).prop_map(|(storage, body)| Op::Lend(storage, body)),
        3 => (slot(), body()).prop_map(|(slot, body)| Op::RunIn(slot, body)),
        2 => (slot(), body()).prop_map(|(slot, body)| Op::DefaultTrigger(slot, body)),
        1 => (slot(), body()).prop_map(|(slot, body)| Op::RunSnapshot(slot, body)),
        1 => (slot(), body()).prop_map(|(slot, body)| Op::Bind(slot, body)),
        1 => body().prop_map(Op::Detached),
        1 => body().prop_map(Op::Catch),
        5 => future.prop_map(|(slot, wraps, body)| Op::Future(slot, wraps, body)),
    ];
    let own = match kind {
        Kind::Ordered => prop_oneof![
            1 => (slot(), slot(), body()).prop_map(|(slot, resource, body)| Op::BindIn(slot, resource, body)),
            1 => body().prop_map(Op::Thread),
            1 => on_settled(body()),
            3 => hook(body()),
        ]
        .boxed(),
        Kind::Tasks => asynchronous.prop_map(Op::Spawn).boxed(),
    };
    prop_oneof![12 => leaf, 18 => both, 4 => own].boxed()
}

fn async_op(depth: u32, kind: Kind, op: &BoxedStrategy<Op>) -> BoxedStrategy<AsyncOp> {
    let flat = prop_oneof![
        6 => op.clone().prop_map(AsyncOp::Sync),
        3 => Just(AsyncOp::Yield),
        1 => slot().prop_map(AsyncOp::AwaitSlot),
    ];
    if depth == 0 {
        return flat.boxed();
    }
    let part = (wraps(kind), bodies(depth - 1, kind).asynchronous).boxed();
    prop_oneof![
        8 => flat,
        3 => part.clone().prop_map(|(wraps, body)| AsyncOp::Await(wraps, body)),
        1 => [part.clone(), part.clone()].prop_map(AsyncOp::Join),
        1 => [part.clone(), part].prop_map(AsyncOp::Select),
    ]
    .boxed()
}

/// A whole program, in which everything happens in a known order. Most have hooks and resources from the beginning.
pub(crate) fn ordered() -> BoxedStrategy<Body> {
    let reaction = bodies(2, Kind::Ordered).sync;
    let first =
        prop_oneof![2 => hook(reaction.clone()), 1 => on_settled(reaction), 3 => resource()];
    let (first, then) = (vec(first, 0..5), vec(op(3, Kind::Ordered), 1..14));
    let joined = |(first, then): (Vec<Op>, Vec<Op>)| first.into_iter().chain(then).collect();
    (first, then).prop_map(joined).boxed()
}

/// The body of a task, which spawns others.
pub(crate) fn tasks() -> BoxedStrategy<AsyncBody> {
    let op = op(3, Kind::Tasks);
    let op = async_op(3, Kind::Tasks, &op);
    vec(op, 1..10).prop_map(AsyncBody::from).boxed()
}
