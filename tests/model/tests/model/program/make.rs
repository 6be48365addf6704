//! How random programs are generated, and shrunk.

use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any},
    prop_oneof,
    strategy::BoxedStrategy,
};

use super::{
    Alone, AsyncBody, AsyncOp, Body, Creation, Function, InEnv, Listening, Manual, OF_PROMISES, Op,
    SLOTS, STORAGES, Wrap, Wraps,
};

/// Which programs are generated.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// One thread does everything, in a known order.
    Ordered,
    /// Tasks of one thread, which share all that there is.
    Together,
    /// Tasks that run in any order, and share nothing.
    Alone,
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

fn times() -> impl Strategy<Value = u32> {
    0..4_u32
}

fn ty() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("A"), Just("B")]
}

fn function() -> impl Strategy<Value = Function> {
    prop_oneof![
        Just(Function::Async),
        slot().prop_map(Function::Caused),
        Just(Function::Opaque),
        Just(Function::Boxed),
    ]
}

fn wraps(kind: Kind) -> impl Strategy<Value = Wraps> {
    let both = prop_oneof![
        2 => Just(Wrap::Carried),
        2 => ty().prop_map(Wrap::Traced),
        2 => function().prop_map(Wrap::Function),
        3 => (storage(), value()).prop_map(|(storage, value)| Wrap::Scope(storage, value)),
        1 => storage().prop_map(Wrap::ExitScope),
        2 => Just(Wrap::Task),
    ];
    let outlives = prop_oneof![
        (slot(), any::<bool>()).prop_map(|(slot, by)| Wrap::InResource(slot, by)),
        slot().prop_map(Wrap::InSnapshot),
        slot().prop_map(Wrap::InEnv),
    ];
    let wrap = match kind {
        Kind::Alone => both.boxed(),
        Kind::Ordered | Kind::Together => prop_oneof![9 => both, 3 => outlives].boxed(),
    };
    vec(wrap, 0..3)
}

/// The wrappers of a stream.
fn wraps_of_channel() -> impl Strategy<Value = Wraps> {
    vec(
        prop_oneof![Just(Wrap::Carried), ty().prop_map(Wrap::Traced)],
        0..3,
    )
}

fn resource() -> impl Strategy<Value = Op> {
    let built = (ty(), option::of(slot()), any::<bool>());
    let made = prop_oneof![
        3 => built.prop_map(|(ty, trigger, manual)| Creation::Built(ty, trigger, manual)),
        1 => Just(Creation::Struct),
        1 => slot().prop_map(Creation::CloneOf),
    ];
    (slot(), made).prop_map(|(slot, made)| Op::Resource(slot, made))
}

/// The same for tasks that share nothing: nothing that may outlive what it belongs to, which the laws forbid.
fn own_resource() -> impl Strategy<Value = Op> {
    let made = prop_oneof![
        2 => ty().prop_map(|ty| Creation::Built(ty, None, false)),
        1 => Just(Creation::Struct),
    ];
    (slot(), made).prop_map(|(slot, made)| Op::Resource(slot, made))
}

/// Something that only embedders do.
fn done_manually() -> impl Strategy<Value = Op> {
    let one = prop_oneof![
        3 => (slot(), ty(), option::of(slot())).prop_map(|(slot, ty, trigger)| Manual::Init(slot, ty, trigger)),
        6 => slot().prop_map(Manual::Before),
        6 => slot().prop_map(Manual::After),
        1 => slot().prop_map(Manual::Destroy),
        2 => slot().prop_map(Manual::Task),
        1 => slot().prop_map(Manual::DropTask),
    ];
    one.prop_map(Op::Hand)
}

/// Operations that hold no others.
fn leaf() -> BoxedStrategy<Op> {
    let env = prop_oneof![2 => Just(InEnv::Make), 1 => Just(InEnv::Drop)];
    prop_oneof![
        5 => Just(Op::Look),
        4 => (storage(), value()).prop_map(|(storage, value)| Op::Enter(storage, value)),
        1 => storage().prop_map(Op::Disable),
        4 => resource(),
        1 => slot().prop_map(Op::Destroy),
        2 => slot().prop_map(Op::DropResource),
        1 => value().prop_map(Op::Extend),
        2 => slot().prop_map(Op::Snapshot),
        1 => slot().prop_map(Op::EmptySnapshot),
        3 => slot().prop_map(Op::Call),
        3 => slot().prop_map(Op::EnableHook),
        1 => slot().prop_map(Op::DisableHook),
        1 => slot().prop_map(Op::DropHook),
        1 => slot().prop_map(Op::StopPromise),
        1 => Just(Op::Flush),
        1 => Just(Op::Panic),
        6 => slot().prop_map(Op::Poll),
        2 => slot().prop_map(Op::PollElsewhere),
        2 => slot().prop_map(Op::DropFuture),
        1 => slot().prop_map(Op::DropElsewhere),
        2 => (slot(), 0..4_usize).prop_map(|(slot, which)| Op::Sink(slot, which)),
        2 => (slot(), storage(), value()).prop_map(|(slot, storage, value)| Op::Guard(slot, storage, value)),
        2 => slot().prop_map(Op::DropGuard),
        4 => done_manually(),
        3 => (slot(), env).prop_map(|(slot, env)| Op::Env(slot, env)),
    ]
    .boxed()
}

/// The same for tasks that share nothing.
fn own_leaf() -> BoxedStrategy<Op> {
    prop_oneof![
        5 => Just(Op::Look),
        4 => (storage(), value()).prop_map(|(storage, value)| Op::Enter(storage, value)),
        2 => own_resource(),
        1 => slot().prop_map(Op::DropResource),
        1 => slot().prop_map(Op::Snapshot),
        2 => slot().prop_map(Op::Call),
        1 => Just(Op::Flush),
        1 => Just(Op::Panic),
        4 => slot().prop_map(Op::Poll),
        1 => (slot(), 0..4_usize).prop_map(|(slot, which)| Op::Sink(slot, which)),
        1 => slot().prop_map(Op::DropFuture),
    ]
    .boxed()
}

fn listening(reaction: BoxedStrategy<Body>) -> impl Strategy<Value = Listening> {
    (
        [(); 5].map(|()| proptest::bool::weighted(0.8)),
        option::weighted(0.3, ty()),
        proptest::bool::weighted(0.7),
        proptest::bool::weighted(0.2),
        (0..5_usize, times(), reaction),
    )
        .prop_map(
            |(phases, only_type, promises, reentrant, reaction)| Listening {
                phases,
                only_type,
                // who wants to know of nothing but that promises are resolved wants promises
                promises: promises || phases == [false, false, false, true, false],
                reentrant,
                reaction,
            },
        )
}

fn hook(reaction: BoxedStrategy<Body>) -> impl Strategy<Value = Op> {
    (slot(), proptest::bool::weighted(0.8), listening(reaction))
        .prop_map(|(slot, enabled, listening)| Op::Hook(slot, enabled, listening))
}

fn on_promise(reaction: BoxedStrategy<Body>) -> impl Strategy<Value = Op> {
    (slot(), 0..OF_PROMISES.len(), times(), reaction)
        .prop_map(|(slot, phase, times, body)| Op::OnPromise(slot, phase, times, body))
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

fn manual(bodies: &Bodies, kind: Kind) -> impl Strategy<Value = Op> + use<> {
    let Bodies { sync, asynchronous } = bodies;
    let body = || sync.clone();
    let drive = (wraps(kind), asynchronous.clone(), times(), slot());
    prop_oneof![
        2 => (slot(), body()).prop_map(|(slot, body)| Manual::Callback(slot, body)),
        1 => body().prop_map(Manual::Root),
        1 => body().prop_map(Manual::Worker),
        4 => (slot(), any::<bool>(), body()).prop_map(|(slot, heard, body)| Manual::InTask(slot, heard, body)),
        1 => drive.prop_map(|(wraps, body, polls, task)| Manual::Drive(wraps, body, polls, task)),
    ]
    .prop_map(Op::Hand)
}

fn op(depth: u32, kind: Kind) -> BoxedStrategy<Op> {
    let leaf = match kind {
        Kind::Ordered | Kind::Together => leaf(),
        Kind::Alone => own_leaf(),
    };
    if depth == 0 {
        return leaf;
    }
    let bodies = bodies(depth - 1, kind);
    let asynchronous = || bodies.asynchronous.clone();
    let body = || bodies.sync.clone();
    let sinks = [(); 4].map(|()| body());
    let trigger = match kind {
        Kind::Ordered | Kind::Together => option::of(slot()).boxed(),
        Kind::Alone => Just(None).boxed(),
    };
    let both = prop_oneof![
        3 => (storage(), value(), body()).prop_map(|(storage, value, body)| Op::Run(storage, value, body)),
        1 => (storage(), body()).prop_map(|(storage, body)| Op::Exit(storage, body)),
        1 => (storage(), body()).prop_map(|(storage, body)| Op::Lend(storage, body)),
        3 => (slot(), body()).prop_map(|(slot, body)| Op::RunIn(slot, body)),
        2 => (slot(), body()).prop_map(|(slot, body)| Op::DefaultTrigger(slot, body)),
        1 => (any::<bool>(), trigger, body()).prop_map(|(ty, trigger, body)| Op::Traced(ty, trigger, body)),
        1 => (slot(), body()).prop_map(|(slot, body)| Op::RunSnapshot(slot, body)),
        1 => (slot(), any::<bool>(), body()).prop_map(|(slot, once, body)| Op::Bind(slot, once, body)),
        1 => body().prop_map(Op::Detached),
        1 => body().prop_map(Op::Catch),
        5 => (slot(), wraps(kind), asynchronous()).prop_map(|(slot, wraps, body)| Op::Future(slot, wraps, body)),
        1 => (slot(), wraps_of_channel(), asynchronous(), sinks)
            .prop_map(|(slot, wraps, body, sinks)| Op::Channel(slot, wraps, body, sinks)),
    ];
    let shared = || {
        prop_oneof![
            2 => (slot(), any::<bool>(), slot(), body())
                .prop_map(|(slot, once, resource, body)| Op::BindIn(slot, once, resource, body)),
            2 => body().prop_map(Op::Thread),
            2 => on_promise(body()),
            6 => hook(body()),
            3 => manual(&bodies, kind),
            2 => vec(done_manually(), 3..8).prop_map(|ops| Op::Catch(ops.into())),
            3 => (slot(), body()).prop_map(|(slot, body)| Op::Env(slot, InEnv::Run(body))),
        ]
    };
    let spawn = || asynchronous().prop_map(Op::Spawn);
    let own = match kind {
        Kind::Ordered => shared().boxed(),
        Kind::Together => {
            let abort = (1..4_usize).prop_map(Op::Abort);
            prop_oneof![4 => shared(), 5 => spawn(), 1 => abort].boxed()
        }
        Kind::Alone => spawn().boxed(),
    };
    prop_oneof![12 => leaf, 18 => both, 5 => own].boxed()
}

fn async_op(depth: u32, kind: Kind, op: &BoxedStrategy<Op>) -> BoxedStrategy<AsyncOp> {
    let flat = prop_oneof![
        6 => op.clone().prop_map(AsyncOp::Sync),
        3 => Just(AsyncOp::Yield),
        1 => Just(AsyncOp::Item),
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

/// What most programs begin with: hooks, resources, an environment.
fn first(kind: Kind) -> impl Strategy<Value = Vec<Op>> {
    let reaction = bodies(2, kind).sync;
    let in_env = hook(reaction.clone()).prop_map(|hook| InEnv::Run([hook].into()));
    let first = prop_oneof![
        4 => hook(reaction.clone()),
        2 => on_promise(reaction),
        6 => resource(),
        2 => (slot(), ty()).prop_map(|(slot, ty)| Op::Hand(Manual::Init(slot, ty, None))),
        2 => slot().prop_map(|slot| Op::Env(slot, InEnv::Make)),
        1 => (slot(), in_env).prop_map(|(slot, in_env)| Op::Env(slot, in_env)),
    ];
    vec(first, 0..6)
}

/// A whole program, in which everything happens in a known order.
pub(crate) fn ordered() -> BoxedStrategy<Body> {
    let then = vec(op(3, Kind::Ordered), 1..14);
    let joined = |(first, then): (Vec<Op>, Vec<Op>)| first.into_iter().chain(then).collect();
    (first(Kind::Ordered), then).prop_map(joined).boxed()
}

/// The body of a task, which spawns others, in a program of one thread.
pub(crate) fn together() -> BoxedStrategy<AsyncBody> {
    let then = async_op(3, Kind::Together, &op(3, Kind::Together));
    let joined = |(first, then): (Vec<Op>, Vec<AsyncOp>)| {
        let first = first.into_iter().map(AsyncOp::Sync);
        first.chain(then).collect()
    };
    let parts = (first(Kind::Together), vec(then, 1..10));
    parts.prop_map(joined).boxed()
}

/// A task, which spawns others, of which each runs by itself.
pub(crate) fn alone() -> BoxedStrategy<Alone> {
    let hooks = vec(listening(bodies(1, Kind::Alone).sync), 0..3);
    let op = async_op(3, Kind::Alone, &op(3, Kind::Alone));
    let body = vec(op, 1..10).prop_map(AsyncBody::from);
    (hooks, body)
        .prop_map(|(hooks, body)| Alone { hooks, body })
        .boxed()
}
