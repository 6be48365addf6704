//! All rows of the catalogue, and the page that is written from them.
//!
//! A row that has a test is found by it: the test of `HK-04` is the function whose name begins with `hk_04_`. A row
//! differs on purpose if the first line of its test says so: `// Node: …; here: …`. After a change, write the page anew:
//!
//! ```sh
//! AH_WRITE_CONFORMANCE=1 cargo test --test catalogue the_page_is_up_to_date
//! ```

use std::{collections::BTreeSet, fmt::Write as _};

/// What the tests are written in.
const SOURCES: [&str; 21] = [
    include_str!("hk.rs"),
    include_str!("id.rs"),
    include_str!("rs.rs"),
    include_str!("st.rs"),
    include_str!("ds.rs"),
    include_str!("pr.rs"),
    include_str!("ph.rs"),
    include_str!("ls.rs"),
    include_str!("la.rs"),
    include_str!("le.rs"),
    include_str!("sc.rs"),
    include_str!("gr.rs"),
    include_str!("pl.rs"),
    include_str!("xr.rs"),
    include_str!("ev.rs"),
    include_str!("em.rs"),
    include_str!("tr.rs"),
    include_str!("../catalogue_process.rs"),
    include_str!("../../benches/tests/rows.rs"),
    include_str!("../../inspect/ah-inspect/tests/inspect/v8.rs"),
    include_str!("../../integrations/ah-v8/tests/node_api.rs"),
];

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/conformance.md");

const INTRODUCTION: &str = "\
What Node's tests, manual and sources say of `async_hooks`, `AsyncLocalStorage`, promise hooks and `v8`, row by row, and the
test of it here.

The tests are in `tests/catalogue/`, `tests/catalogue_process.rs` for what is global to the process, and `benches/tests/` for the
benchmarks. Of the module `v8` the tests are in `integrations/ah-v8/tests/node_api.rs`, for its serialization API, and in
`inspect/ah-inspect/tests/inspect/v8.rs`. Stores follow Node 24 and later. Besides, `tests/conformance/` replays logs recorded from Node, line for line, and `ah-v8` is compared with a Node.

This page is written from `tests/catalogue/table.rs`, by `AH_WRITE_CONFORMANCE=1 cargo test --test catalogue the_page_is_up_to_date`.
";

/// Why a row has no test.
enum Without {
    /// It means nothing in Rust.
    NotApplicable(&'static str),
}

use Without::NotApplicable;

struct Row {
    id: &'static str,
    says: &'static str,
    without: Option<Without>,
}

struct Group {
    title: &'static str,
    rows: Vec<Row>,
}

fn group(title: &'static str, rows: impl IntoIterator<Item = Row>) -> Group {
    let rows = rows.into_iter().collect();
    Group { title, rows }
}

/// A row with a test.
const fn row(id: &'static str, says: &'static str) -> Row {
    let without = None;
    Row { id, says, without }
}

/// A row without one.
const fn none(id: &'static str, says: &'static str, without: Without) -> Row {
    let without = Some(without);
    Row { id, says, without }
}

fn groups() -> Vec<Group> {
    let mut groups = hooks_and_resources();
    groups.extend(stores());
    groups.extend(kinds());
    groups.extend([serialization(), inspection()]);
    groups
}

fn hooks_and_resources() -> Vec<Group> {
    vec![
        group(
            "Hooks",
            [
                row(
                    "HK-01",
                    "Callbacks are functions or absent; anything else is refused by name.",
                ),
                row(
                    "HK-03",
                    "Hooks may enable and disable each other in callbacks: the event under way keeps its list.",
                ),
                row(
                    "HK-04",
                    "A hook enabled in an init receives neither that init nor one nested in it.",
                ),
                row(
                    "HK-06",
                    "Enabling an enabled hook again, from callbacks too, changes nothing.",
                ),
                row(
                    "HK-07",
                    "A hook enabled in a running callback receives its after and its destroy, without a before.",
                ),
                row(
                    "HK-08",
                    "Whether hooks are enabled is a count of hooks, with or without callbacks.",
                ),
                row(
                    "HK-09",
                    "After disable and enable, asynchronous functions are tracked again.",
                ),
                row(
                    "HK-11",
                    "A hook that disables itself in an init receives nothing more of that resource.",
                ),
                row(
                    "HK-13",
                    "The callbacks of a hook are read once, when it is created.",
                ),
                row(
                    "HK-14",
                    "A phase that no enabled hook listens to costs no work.",
                ),
                row(
                    "HK-15",
                    "A hook toggled along a chain receives exactly what was created while it was enabled.",
                ),
                row(
                    "HK-17",
                    "Promises are tracked unless a hook says otherwise, with themselves as the resource.",
                ),
                row(
                    "HK-18",
                    "A hook that does not track promises receives none.",
                ),
                row(
                    "HK-19",
                    "Such hooks alone do not switch the tracking of promises on.",
                ),
                row(
                    "HK-21",
                    "When the last hook disables itself in a callback, tracking should end.",
                ),
                row(
                    "HK-22",
                    "Whether promises keep ids when the last hook that tracks them is disabled and others stay.",
                ),
            ],
        ),
        group(
            "Ids and triggers",
            [
                row(
                    "ID-01",
                    "Two ticks created by one callback have the same trigger.",
                ),
                row(
                    "ID-02",
                    "A tick is triggered by what scheduled it, and has one of each event.",
                ),
                row("ID-04", "Which ids are seen where no resource runs."),
                row(
                    "ID-05",
                    "The trigger is the explicit one, else the innermost default, else the context that runs.",
                ),
                row(
                    "ID-07",
                    "An uncaught error leaves no default trigger behind.",
                ),
                row(
                    "ID-08",
                    "Ids start above the root and rise by one for each resource, delivered or not.",
                ),
                row(
                    "ID-09",
                    "The low-level init passes its arguments on; without a trigger it takes the default.",
                ),
                row("ID-10", "What threads have of their own: hooks and ids."),
                row(
                    "ID-11",
                    "What has not started yet has no id; the provider `NONE` is never announced.",
                ),
                row(
                    "ID-13",
                    "Ids read through the embedder's interface are those read by scripts.",
                ),
            ],
        ),
        group(
            "Resources and bound functions",
            [
                row(
                    "RS-01",
                    "Type and trigger of a resource: required, given, or the default.",
                ),
                row(
                    "RS-02",
                    "Counts of init, before, after and destroy along the life of a resource.",
                ),
                row(
                    "RS-04",
                    "With a listener, an empty type and an invalid trigger are errors.",
                ),
                row("RS-05", "Without a listener, too."),
                none(
                    "RS-06",
                    "A type that is not text is refused.",
                    NotApplicable("the compiler sees to it"),
                ),
                row("RS-07", "A scope returns what its function returned."),
                none(
                    "RS-08",
                    "A scope passes a receiver on.",
                    NotApplicable("closures have no receiver"),
                ),
                row(
                    "RS-09",
                    "An error that leaves a scope leaves the stack in balance.",
                ),
                row(
                    "RS-11",
                    "A resource may be entered within itself and after its destroy.",
                ),
                row("RS-12", "A bound function runs under a new id."),
                row(
                    "RS-13",
                    "A function bound to a resource runs under the id of that one.",
                ),
                none(
                    "RS-14",
                    "Metadata and receiver of bound functions.",
                    NotApplicable("closures have neither"),
                ),
                row(
                    "RS-16",
                    "The type of the resource of a bound function, and of a snapshot.",
                ),
                row(
                    "RS-18",
                    "Low-level before and after carry their id, and are harmless without hooks.",
                ),
                row(
                    "RS-19",
                    "Whether the checks of the low-level emitters can be switched off.",
                ),
                row(
                    "RS-20",
                    "What scheduling returns is the resource that init got.",
                ),
            ],
        ),
        group(
            "The stack of contexts, and errors",
            [
                row("ST-01", "An after without its before is detected."),
                row(
                    "ST-03",
                    "So is an after for a resource that is destroyed and was not entered.",
                ),
                row(
                    "ST-04",
                    "So is a context that is entered and not left, when what surrounds it ends.",
                ),
                row("ST-05", "All that without hooks, too."),
                row(
                    "ST-06",
                    "A hook that fails ends the process: by exit code, or by abort if so chosen.",
                ),
                row(
                    "ST-08",
                    "After a hook failed, later hooks do not run, and nobody can catch it.",
                ),
                none(
                    "ST-09",
                    "Stack exhaustion can be caught.",
                    NotApplicable("it aborts a Rust process"),
                ),
                none(
                    "ST-10",
                    "Stack exhaustion while loading is reported as such.",
                    NotApplicable("it aborts a Rust process"),
                ),
                row(
                    "ST-11",
                    "An error within nested scopes leaves each of them before anything else runs.",
                ),
                row(
                    "ST-13",
                    "Two failing callbacks are both reported, and the ids are right afterwards.",
                ),
                row(
                    "ST-14",
                    "A failing microtask has one after; how that, the handler and destroy are ordered.",
                ),
                row(
                    "ST-15",
                    "With an after hook alone, an error in a network callback is handled.",
                ),
            ],
        ),
        group(
            "Destroy",
            [
                row(
                    "DS-01",
                    "Destroy is not delivered while what caused it runs; when it is.",
                ),
                row("DS-02", "A long queue is delivered early."),
                row("DS-04", "An abandoned resource is destroyed."),
                row("DS-05", "Unless that is left to its owner."),
                row("DS-07", "What a second manual destroy does."),
                row("DS-08", "Raw ids can be destroyed, round after round."),
                row(
                    "DS-09",
                    "What is cancelled has an init and a destroy alone.",
                ),
                row("DS-11", "Destroy callbacks run with ids 0."),
                row(
                    "DS-12",
                    "Whether a resource older than the first destroy hook is destroyed.",
                ),
                row("DS-13", "Destroy is delivered though the callback failed."),
                row(
                    "DS-14",
                    "A destroy that waits does not keep the program alive.",
                ),
            ],
        ),
        group(
            "Promises, as hooks receive them",
            [
                row(
                    "PR-01",
                    "The events of a first promise and of one chained to it; the trigger of the second.",
                ),
                row("PR-02", "How promises appear that are older than the hook."),
                row(
                    "PR-04",
                    "Promises that ran are resolved, before their after; befores and afters match.",
                ),
                row(
                    "PR-05",
                    "Triggers along asynchronous functions that call and await each other.",
                ),
                row("PR-06", "Two promises resolve in the order of their inits."),
                row(
                    "PR-08",
                    "Enabling a second hook takes no event from the first.",
                ),
                row(
                    "PR-09",
                    "A pending promise gets a fresh id when a hook is enabled.",
                ),
                row(
                    "PR-11",
                    "A hook disabled within a continuation receives no after of it.",
                ),
                row(
                    "PR-12",
                    "Before, body, after; and a hook that disables itself receives one after.",
                ),
                row(
                    "PR-13",
                    "Who handles an unhandled rejection runs under the id of the promise.",
                ),
                row(
                    "PR-15",
                    "Which ids the parts of an asynchronous function have, between its awaits.",
                ),
                row(
                    "PR-16",
                    "Hooks enabled in the middle of a continuation do not upset the stack.",
                ),
                row(
                    "PR-18",
                    "What describes a coroutine is created only if somebody asks.",
                ),
                row(
                    "PR-19",
                    "What creates a promise runs under the id of its caller.",
                ),
            ],
        ),
        group(
            "Promise hooks",
            [
                none(
                    "PH-01",
                    "Asynchronous functions are refused as callbacks.",
                    NotApplicable("their signature does not fit, so they do not compile"),
                ),
                row(
                    "PH-02",
                    "Init with the parent, before, settled and after, step by step, until stopped.",
                ),
                row(
                    "PH-04",
                    "After is delivered when the continuation has ended.",
                ),
                row("PH-05", "Before is delivered when the continuation begins."),
                row(
                    "PH-07",
                    "Settled is delivered at once, however a promise settles.",
                ),
                row(
                    "PH-08",
                    "What stopping does when a callback is registered twice.",
                ),
                row(
                    "PH-09",
                    "Changes made while an event is delivered count from the next event.",
                ),
                row("PH-11", "Callbacks may be left out."),
                row(
                    "PH-12",
                    "Before and after may come many times; there is no destroy.",
                ),
            ],
        ),
    ]
}

fn stores() -> Vec<Group> {
    vec![
        group(
            "Storages, within one execution",
            [
                row("LS-01", "Run and exit pass arguments and results."),
                row("LS-02", "Runs and exits nest, and restore."),
                row("LS-03", "A store may be any value, and is that very value."),
                row("LS-05", "Disabling one storage leaves the others."),
                row(
                    "LS-06",
                    "After disable nothing shows, here or in what was queued before, until the next run.",
                ),
                row("LS-08", "A thousand nested runs work."),
                row(
                    "LS-09",
                    "A default shows where nothing is set; a storage may have a name.",
                ),
                row("LS-11", "What run does if the store is the present one."),
                row(
                    "LS-12",
                    "A snapshot shows the stores under which it was taken.",
                ),
                row(
                    "LS-14",
                    "Snapshots and bound functions pass arguments, results and errors, and restore.",
                ),
                row("LS-15", "What disable means for contexts captured before."),
                row("LS-17", "What is entered inside exit ends with it."),
                row(
                    "LS-18",
                    "A storage can be dropped, though something holds its store.",
                ),
                row(
                    "LS-20",
                    "Some resources may be kept from inheriting a store.",
                ),
                row("LS-21", "Whether a change of the store is announced."),
                row("LS-22", "Whether a switch of frames is announced."),
                row(
                    "LS-23",
                    "Removing storages has no effect on others, nor on later ones.",
                ),
                none(
                    "LS-24",
                    "Loading the module in either order, and a behaviour that was given up.",
                    NotApplicable("there is no module loader"),
                ),
                row("LS-25", "Entering twice does not stack."),
            ],
        ),
        group(
            "Storages, across asynchronous boundaries",
            [
                row("LA-01", "A store survives an await and ends with its run."),
                row("LA-03", "A continuation that fails sees its store."),
                row(
                    "LA-04",
                    "Two storages over timers, runs and exits do not mix.",
                ),
                row(
                    "LA-05",
                    "A store entered in a callback reaches what is created there, and nothing else.",
                ),
                row(
                    "LA-06",
                    "Whether a store entered in an asynchronous function reaches its caller.",
                ),
                row("LA-08", "The handler of a UDP reply sees the store."),
                row("LA-09", "So does that of TCP data."),
                row("LA-10", "So does that of data over a layer such as TLS."),
                row("LA-11", "So does that of an HTTP response."),
                row(
                    "LA-13",
                    "Each request over a kept connection sees its own store.",
                ),
                row(
                    "LA-14",
                    "Ten clients with plain functions as handlers keep their data apart.",
                ),
                row(
                    "LA-15",
                    "A completion callback sees the store of its registration.",
                ),
                row(
                    "LA-16",
                    "Three immediates find themselves in their stores, and cancel only themselves.",
                ),
                row(
                    "LA-18",
                    "Who waited for a lock holds it with its own store.",
                ),
                row(
                    "LA-20",
                    "A cycle of store, resource and captured stores is no leak once the work is done.",
                ),
                none(
                    "LA-21",
                    "Several realms of the engine.",
                    NotApplicable("there are no realms"),
                ),
                row(
                    "LA-23",
                    "Each step of a generator runs in the context that asks for it.",
                ),
                row("LA-24", "Plain listeners see the context of the emitter."),
                row(
                    "LA-25",
                    "Ticks, microtasks, immediates, timeouts and intervals capture and restore.",
                ),
                none(
                    "LA-26",
                    "A debugger sees the store.",
                    NotApplicable("it is about the engine's inspector"),
                ),
                row(
                    "LA-27",
                    "Timers and immediates that fired or were cancelled release their stores.",
                ),
                row(
                    "LA-29",
                    "A queue of one's own loses the context, and binding keeps it.",
                ),
                row(
                    "LA-30",
                    "A job of a pool runs with the ids and stores of its submitter.",
                ),
            ],
        ),
        group(
            "Errors and stores",
            [
                row(
                    "LE-01",
                    "An error that leaves run restores the caller's store.",
                ),
                row(
                    "LE-02",
                    "The handler of an asynchronous error sees the store of what failed.",
                ),
                row(
                    "LE-03",
                    "What was queued before the error still has the store.",
                ),
                row(
                    "LE-05",
                    "A failure caused by the handler is reported in the same context.",
                ),
                none(
                    "LE-06",
                    "The same from another realm.",
                    NotApplicable("there are no realms"),
                ),
                row(
                    "LE-08",
                    "An unhandled rejection is reported in the context that rejected.",
                ),
            ],
        ),
        group(
            "Stores for a block",
            [
                row("SC-01", "Set inside, unset after."),
                row("SC-02", "The end brings back what was entered before."),
                row("SC-03", "Blocks nest."),
                row("SC-04", "An error ends the block."),
                row("SC-06", "The end brings back the default."),
                row("SC-07", "Four levels end in order."),
                row("SC-10", "What is entered inside ends with the block."),
                row(
                    "SC-11",
                    "Whether a block in an asynchronous function is visible to its caller.",
                ),
            ],
        ),
    ]
}

fn kinds() -> Vec<Group> {
    vec![
        group(
            "Kinds of resources",
            [
                row(
                    "GR-01",
                    "Of two nested immediates, the first is complete when the second runs.",
                ),
                row(
                    "GR-02",
                    "Timeouts created by a timeout: which are entered, which are not.",
                ),
                row("GR-04", "Which id a timer has that is set again."),
                row("GR-05", "Nested timeouts are a chain of triggers."),
                row(
                    "GR-06",
                    "An interval created by another is triggered by it.",
                ),
                row("GR-08", "A file request: one of each event."),
                row(
                    "GR-09",
                    "A job on another thread: one of each event, and its callback here.",
                ),
                row(
                    "GR-10",
                    "A name lookup: one of each event, though it fails.",
                ),
                row(
                    "GR-11",
                    "A watcher that is closed at once: init and destroy.",
                ),
                row(
                    "GR-13",
                    "A UDP send is announced when it has to wait, not by the call.",
                ),
                row(
                    "GR-14",
                    "Counts of a server, its connections and a connect request.",
                ),
                row(
                    "GR-15",
                    "A connection is triggered by its server, requests by their socket.",
                ),
                row("GR-17", "The parser of a connection is triggered by it."),
                row(
                    "GR-18",
                    "A child process and its pipes are triggered by the root; its exit is one callback.",
                ),
                row(
                    "GR-19",
                    "Two signals are two callbacks of one watcher, which triggers what they start.",
                ),
                row(
                    "GR-20",
                    "Two pollers are independent, with one callback for each change.",
                ),
                row(
                    "GR-21",
                    "A write that ends at once creates no request, one that waits does.",
                ),
                none(
                    "GR-22",
                    "The layers of TLS.",
                    NotApplicable("a detail of OpenSSL in Node"),
                ),
                none(
                    "GR-24",
                    "A terminal: one of each event.",
                    NotApplicable("it needs a terminal"),
                ),
                row(
                    "GR-25",
                    "A parser enters its scope once for each kind of event.",
                ),
                row(
                    "GR-26",
                    "A callback whose handle was dropped keeps the stack in balance.",
                ),
                row("GR-27", "Four pings: four of each event."),
                row(
                    "GR-28",
                    "Writes that end in one tick create one tick resource.",
                ),
            ],
        ),
        group(
            "Pools",
            [
                row(
                    "PL-01",
                    "Each use of a pooled handle has an id of its own; an idle one has none.",
                ),
                row("PL-03", "So has the second use on the same handle."),
                row(
                    "PL-04",
                    "The first use is destroyed before the second responds.",
                ),
                row(
                    "PL-06",
                    "No resource is handed out twice, none destroyed twice.",
                ),
                row("PL-07", "Each use is wrapped anew."),
                row("PL-08", "That holds for handles of every kind."),
            ],
        ),
        group(
            "The resource that runs",
            [
                row("XR-01", "It is the one of init: in before, body and after."),
                row("XR-03", "So it is around an await."),
                row("XR-04", "So it is in network callbacks."),
                row("XR-05", "What asking for it switches on."),
            ],
        ),
        group(
            "Emitters and channels",
            [
                row(
                    "EV-01",
                    "An emitter with a resource runs its listeners in its scope.",
                ),
                none(
                    "EV-03",
                    "Methods called on the prototype are errors.",
                    NotApplicable("there are no prototypes"),
                ),
                row(
                    "EV-04",
                    "Emit says whether anybody listened; an error comes out in balance; a name is required.",
                ),
                row(
                    "EV-05",
                    "Stores bound to a channel are entered for a function and for subscribers.",
                ),
                row(
                    "EV-07",
                    "A traced call: its body sees the stores of the start, its callback those of its own.",
                ),
                row("EV-08", "A traced promise keeps the stores of its start."),
                row("EV-10", "The stores of a channel, for a block."),
            ],
        ),
        group(
            "For embedders",
            [
                row(
                    "EM-01",
                    "A resource with an owner: trigger, calls under its id, destroyed with the owner.",
                ),
                row(
                    "EM-04",
                    "An explicit context: seen in its callbacks alone, destroyed on request.",
                ),
                row("EM-05", "A context keeps what belongs to it."),
                row(
                    "EM-06",
                    "A callback created at once: init, before, after, and destroy later.",
                ),
            ],
        ),
        group(
            "Traces, threads and the rest",
            [
                row(
                    "TR-01",
                    "A trace of resources and callbacks can be written.",
                ),
                none(
                    "TR-03",
                    "Inspector, snapshots, command line and modules.",
                    NotApplicable("they are the engine's"),
                ),
                row(
                    "TR-04",
                    "A thread that ends within an asynchronous function runs no further statement.",
                ),
                row(
                    "TR-05",
                    "A resource can be asked later whether it keeps the program alive.",
                ),
                row(
                    "TR-07",
                    "A map from ids to contexts keeps no cycle alive, and drops nothing early.",
                ),
                none(
                    "TR-08",
                    "Regressions of the heap, of realms and of internal handles.",
                    NotApplicable("they are the engine's"),
                ),
                row(
                    "TR-09",
                    "Both implementations of storages pass the same suite.",
                ),
                row("TR-10", "All benchmarks run once."),
            ],
        ),
    ]
}

fn serialization() -> Group {
    group(
        "Serialization: `ah-v8`",
        [
            row(
                "V8-01",
                "`v8.serialize` and `v8.deserialize` take every kind of value that structured clone knows.",
            ),
            row(
                "V8-02",
                "`v8.serialize` is a header and a value by a `DefaultSerializer`.",
            ),
            row(
                "V8-03",
                "`readHeader` refuses a version that is not known; `readValue` reads the value.",
            ),
            row("V8-04", "What `readValue` does without `readHeader`."),
            row(
                "V8-05",
                "`getWireFormatVersion` gives the version of the header.",
            ),
            row("V8-06", "`writeUint32` and `readUint32`."),
            row("V8-07", "`writeUint64` and `readUint64`."),
            row("V8-08", "`writeDouble` and `readDouble`."),
            row("V8-09", "`writeRawBytes` and `readRawBytes`."),
            row("V8-10", "Each of the raw reads fails at the end."),
            row(
                "V8-11",
                "Values and raw parts follow each other; an object that was written is a reference from then on.",
            ),
            row(
                "V8-12",
                "`transferArrayBuffer` on either side: the number is written, the buffer handed over.",
            ),
            row(
                "V8-13",
                "A `Serializer` writes views with their whole buffers, each buffer once.",
            ),
            row(
                "V8-14",
                "A `DefaultSerializer` writes views as host objects, with their own bytes alone.",
            ),
            row(
                "V8-15",
                "A `DefaultDeserializer` reads views of both forms, aligned or not.",
            ),
            row(
                "V8-16",
                "Host objects of other kinds: `_writeHostObject`, `_readHostObject`.",
            ),
            row("V8-17", "`SharedArrayBuffer`: `_getSharedArrayBufferId`."),
            row(
                "V8-18",
                "Objects that are shared, or within themselves, keep their identity.",
            ),
            row("V8-19", "Data that is no value is an error."),
            row(
                "V8-20",
                "What `v8.deserialize` does with what follows the value.",
            ),
            row(
                "V8-21",
                "Data of older versions stays readable, with the mistake of version 13.",
            ),
            row("V8-22", "How deeply values may be nested."),
            row("V8-23", "What is written of a value that cannot be cloned."),
            none(
                "V8-24",
                "Functions and symbols cannot be cloned: `_getDataCloneError` creates the error.",
                NotApplicable("no `Value` is one"),
            ),
            none(
                "V8-25",
                "Arguments that are no buffers are refused.",
                NotApplicable("the compiler sees to it"),
            ),
            row(
                "V8-26",
                "`child_process` with `serialization: 'advanced'`: before each view is a number more.",
            ),
            row(
                "V8-27",
                "There, what is written of host objects that are no views.",
            ),
            row(
                "V8-28",
                "`_setTreatArrayBufferViewsAsHostObjects`: when it is said how views are written.",
            ),
            none(
                "V8-29",
                "After `releaseBuffer`, nothing should be written.",
                NotApplicable("`release_buffer` takes the serializer, and the compiler sees to it"),
            ),
        ],
    )
}

fn inspection() -> Group {
    group(
        "The rest of `v8`: `ah-inspect`",
        [
            row("VI-01", "`cachedDataVersionTag`: `FORMAT`."),
            none(
                "VI-02",
                "`getHeapCodeStatistics`, `getCppHeapStatistics`, `isStringOneByteRepresentation`.",
                NotApplicable("they are the engine's"),
            ),
            row("VI-03", "`getHeapSnapshot`: `export::heap::snapshot`."),
            row(
                "VI-04",
                "The options of heap snapshots: what of values is in one.",
            ),
            row("VI-05", "`getHeapSpaceStatistics`: `stats`, by storage."),
            row(
                "VI-06",
                "`getHeapStatistics`: `stats`, by type; `Settings::most_bytes`, `Recorder::bytes`.",
            ),
            none(
                "VI-07",
                "`setHeapSnapshotNearHeapLimit`.",
                NotApplicable("a process of Rust's has no limit of its heap"),
            ),
            row("VI-08", "`queryObjects`: `alive`."),
            row("VI-09", "`setFlagsFromString`: `Recorder::set_filter`."),
            none(
                "VI-10",
                "`GCProfiler`, `startupSnapshot`.",
                NotApplicable("nothing is collected, and no heap is read from a file"),
            ),
            row("VI-11", "`takeCoverage`: `Recorder::take`."),
            row("VI-12", "`stopCoverage`: `Recorder::stop`."),
            row(
                "VI-13",
                "`writeHeapSnapshot`: `export::heap::snapshot`, and `ah export`.",
            ),
        ],
    )
}

/// A test as it is found in the sources.
struct Found {
    name: &'static str,
    /// What its first line says if it differs on purpose.
    differs: Option<&'static str>,
}

/// All tests that are named after a row.
fn tests() -> Vec<Found> {
    let lines: Vec<&'static str> = SOURCES.iter().flat_map(|source| source.lines()).collect();
    let found = lines.windows(3).filter_map(|window| match window {
        ["#[test]", signature, first] => test(signature, first),
        _ => None,
    });
    found.collect()
}

fn test(signature: &'static str, first: &'static str) -> Option<Found> {
    let name = signature.strip_prefix("fn ")?.strip_suffix("() {")?;
    let comment = first.trim().strip_prefix("// ");
    let differs = comment.filter(|comment| comment.starts_with("Node: "));
    is_named_after_a_row(name).then_some(Found { name, differs })
}

fn is_named_after_a_row(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() > 6 && bytes[2] == b'_' && bytes[3..5].iter().all(u8::is_ascii_digit)
}

/// As the names of a row's tests begin.
fn prefix(id: &str) -> String {
    format!("{}_", id.to_lowercase().replace('-', "_"))
}

fn line(row: &Row, tests: &[Found]) -> String {
    let Row { id, says, without } = row;
    let test = tests.iter().find(|test| test.name.starts_with(&prefix(id)));
    let name = test.map_or(String::new(), |test| format!("<br>`{}`", test.name));
    let result = match (without, test.and_then(|test| test.differs)) {
        (Some(NotApplicable(reason)), _) => format!("not applicable: {reason}"),
        (None, Some(difference)) => format!("on-purpose difference. {difference}"),
        (None, None) => "passed".into(),
    };
    // in one cell: no name of a test breaks, and a column of its own takes the room of the others
    format!("| {id} | {says}{name} | {result} |")
}

fn page() -> String {
    let tests = tests();
    let mut page = INTRODUCTION.to_string();
    for Group { title, rows } in groups() {
        write!(
            page,
            "\n# {title}\n\n| row | says, and its test | result |\n|---|---|---|\n"
        )
        .unwrap();
        for row in rows {
            writeln!(page, "{}", line(&row, &tests)).unwrap();
        }
    }
    page
}

#[test]
fn each_row_has_one_test_unless_it_says_why_not() {
    let tests = tests();
    for row in groups().iter().flat_map(|group| &group.rows) {
        let named = tests
            .iter()
            .filter(|test| test.name.starts_with(&prefix(row.id)));
        let expected = usize::from(row.without.is_none());
        assert_eq!(named.count(), expected, "{}", row.id);
    }
}

#[test]
fn each_test_belongs_to_a_row_and_no_row_is_there_twice() {
    let groups = groups();
    let rows: Vec<String> = groups
        .iter()
        .flat_map(|group| &group.rows)
        .map(|row| prefix(row.id))
        .collect();
    assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len());
    for test in tests() {
        assert!(
            rows.iter().any(|row| test.name.starts_with(row)),
            "{}",
            test.name
        );
    }
}

#[test]
fn the_page_is_up_to_date() {
    let page = page();
    if std::env::var_os("AH_WRITE_CONFORMANCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let there = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        there.replace('\r', "") == page,
        "docs/guide/conformance.md is out of date: write it anew with `AH_WRITE_CONFORMANCE=1 cargo test --test catalogue the_page_is_up_to_date`"
    );
}
