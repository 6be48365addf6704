//! Child processes: the trace and the baggage go in the environment, as OpenTelemetry has it, and the id of the request
//! in a variable of its own.

use std::{env, process::Command};

use ah_tower::{BAGGAGE, REQUEST_ID, RequestId, TRACE, Trace};
use ah_w3c::Remote;

use crate::support::{id, in_request, operation};

const REQUEST_ID_VARIABLE: &str = "REQUEST_ID";
/// Set in the child, which is this program once more.
const IS_CHILD: &str = "RECIPES_CHILD";

/// The variables of a child that is started here.
fn variables() -> Vec<(&'static str, String)> {
    let trace = TRACE.get().expect("a request has a trace");
    let remote = Remote {
        parent: trace.caller(),
        state: trace.state,
        baggage: BAGGAGE.get().unwrap_or_default(),
    };
    let mut variables = ah_w3c::to_env(&trace.operation, &remote).to_vec();
    variables.extend(id().map(|id| (REQUEST_ID_VARIABLE, id)));
    variables
}

/// Runs `main` of the child in the context of its parent.
fn run_in_context_of_parent<R>(main: impl FnOnce() -> R) -> R {
    let remote = ah_w3c::from_env(|why| eprintln!("{why}"));
    let id = env::var(REQUEST_ID_VARIABLE).ok();
    let id = id
        .and_then(|id| id.parse().ok())
        .unwrap_or_else(RequestId::random);
    let trace = Trace::answering(&remote, true);
    let main = || BAGGAGE.run::<_, async_hooks::Value>(remote.baggage, main);
    REQUEST_ID.run::<_, async_hooks::Value>(id, || TRACE.run::<_, async_hooks::Value>(trace, main))
}

#[tokio::test]
async fn a_child_runs_in_the_context_of_its_parent() {
    in_request("req-7", async {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "child_process::the_child", "--nocapture"]);
        let output = child.env(IS_CHILD, "1").envs(variables()).output().unwrap();
        let output = String::from_utf8(output.stdout).unwrap();
        let here = operation();
        let expected = format!("child: req-7 {} {} 7", here.trace_id, here.parent_id);
        assert!(output.contains(&expected), "{output}");
    })
    .await;
}

/// What the child does. In the test run itself there is no parent, so the ids are new.
#[test]
fn the_child() {
    run_in_context_of_parent(|| {
        let trace = TRACE.get().unwrap();
        let parent = trace.caller().map(|caller| caller.parent_id.to_string());
        let tenant = BAGGAGE.with(|baggage| {
            baggage
                .unwrap()
                .get("tenant")
                .unwrap_or_default()
                .into_owned()
        });
        let line = format!(
            "{} {} {} {tenant}",
            id().unwrap(),
            trace.operation.trace_id,
            parent.as_deref().unwrap_or("-"),
        );
        if env::var_os(IS_CHILD).is_some() {
            println!("child: {line}");
        } else {
            assert!(line.ends_with(" - "), "{line}");
        }
    });
}
