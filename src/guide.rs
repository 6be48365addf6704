//! The guide: a page for each thing that a program does with this crate.
//!
//! It is documentation alone: nothing here is compiled into a program. Every program in it is compiled and run by the tests of
//! the repository; all but the files of the cookbook once more, in an empty project with nothing but the crates that the page adds.
//!
//! | to begin | |
//! |---|---|
//! | [getting started](getting_started) | from an empty project to a request id in a spawned task |
//! | [which tier](which_tier) | what carries a context where, and what each way loses |
//! | [storages] | values that follow the work |
//! | [resources and hooks](resources_and_hooks) | ids, causes, lives, and events |
//! | [on tokio](on_tokio) | wrappers, the runtime's hooks, attributes |
//! | [in a service](in_a_service) | tower, tracing, OpenTelemetry |
//!
//! | to go on | |
//! |---|---|
//! | [finding what was lost](finding_what_was_lost) | where a context was lost and what mends that, and where the time went |
//! | [testing] | tests that see nothing of each other |
//! | [cookbook] | recipes for streams, sockets, queues, pools, threads, processes, and crates of others |
//! | [migration] | from `task_local!`, spans, OpenTelemetry's wrappers, and Node, side by side |
//! | [limits] | questions, limits, and differences from Node |
//!
//! | to look up | |
//! |---|---|
//! | [how it works](how_it_works) | frames, capture, events |
//! | [performance] | what things cost, here and elsewhere |
//! | [reliability] | what is promised, and how each promise is tested |
//! | [conformance] | Node's behaviour, row by row |
//! | [mistakes] | what does not compile, and what to write instead |

#[doc = include_str!("../docs/guide/getting_started.md")]
pub mod getting_started {}

#[doc = include_str!("../docs/guide/which_tier.md")]
pub mod which_tier {}

#[doc = include_str!("../docs/guide/storages.md")]
pub mod storages {}

#[doc = include_str!("../docs/guide/resources_and_hooks.md")]
pub mod resources_and_hooks {}

#[doc = include_str!("../docs/guide/on_tokio.md")]
pub mod on_tokio {}

#[doc = include_str!("../docs/guide/in_a_service.md")]
pub mod in_a_service {}

#[doc = include_str!("../docs/guide/finding_what_was_lost.md")]
pub mod finding_what_was_lost {}

#[doc = include_str!("../docs/guide/testing.md")]
pub mod testing {}

// its programs are run by `examples/recipes`, which has the crates that they need
#[cfg(not(doctest))]
#[doc = include_str!("../docs/guide/cookbook.md")]
pub mod cookbook {
    /// Shows a recipe's file as it is.
    macro_rules! recipe {
        ($name:ident, $file:literal, $what:literal) => {
            #[doc = concat!($what, "\n\n```rust\n", include_str!($file), "```")]
            pub mod $name {}
        };
    }

    recipe!(
        child_process,
        "../docs/guide/recipes/child_process.rs",
        "A context in the environment of a child."
    );
    recipe!(
        json_subscriber,
        "../docs/guide/recipes/json_subscriber.rs",
        "json-subscriber: a field that a store fills."
    );
    recipe!(
        queue,
        "../docs/guide/recipes/queue.rs",
        "A context in the headers of messages."
    );
    recipe!(
        reqwest_middleware,
        "../docs/guide/recipes/reqwest_middleware.rs",
        "reqwest: calls that send the id."
    );
    recipe!(
        sentry,
        "../docs/guide/recipes/sentry.rs",
        "sentry: each event has the id of its request."
    );
    recipe!(
        sqlx_after_connect,
        "../docs/guide/recipes/sqlx_after_connect.rs",
        "sqlx: a pool, and an audit log."
    );
    recipe!(
        support,
        "../docs/guide/recipes/support.rs",
        "What the tests of the recipes share."
    );
    recipe!(
        tonic_interceptor,
        "../docs/guide/recipes/tonic_interceptor.rs",
        "tonic: clients and servers."
    );
}

#[doc = include_str!("../docs/guide/migration.md")]
pub mod migration {}

#[doc = include_str!("../docs/guide/limits.md")]
pub mod limits {}

#[doc = include_str!("../docs/guide/how_it_works/frames.md")]
#[doc = ""]
#[doc = include_str!("../docs/guide/how_it_works/frames.svg")]
#[doc = ""]
#[doc = include_str!("../docs/guide/how_it_works/capture.md")]
#[doc = ""]
#[doc = include_str!("../docs/guide/how_it_works/capture.svg")]
#[doc = ""]
#[doc = include_str!("../docs/guide/how_it_works/events.md")]
#[doc = ""]
#[doc = include_str!("../docs/guide/how_it_works/events.svg")]
pub mod how_it_works {}

#[doc = include_str!("../docs/guide/performance.md")]
#[doc = include_str!("../docs/guide/performance/growth.md")]
#[doc = ""]
#[doc = include_str!("../docs/guide/performance/storages.svg")]
#[doc = ""]
#[doc = include_str!("../docs/guide/performance/live.svg")]
pub mod performance {}

#[doc = include_str!("../docs/guide/reliability.md")]
pub mod reliability {}

#[doc = include_str!("../docs/guide/conformance.md")]
pub mod conformance {}

#[doc = include_str!("../docs/guide/mistakes.md")]
pub mod mistakes {}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub mod readme {}
