//! The heap snapshot: who keeps what, read from its numbers.

use ah_inspect::{Recording, export::heap};
use async_hooks::{AsyncResource, Task};
use serde_json::Value;

use super::{SECRET, TENANT, recorded};
use crate::recorded::Recorded;

pub(super) struct Snapshot {
    /// Names and sizes.
    nodes: Vec<(String, u64)>,
    /// From, kind, name, to.
    edges: Vec<(usize, u64, String, usize)>,
}

impl Snapshot {
    pub(super) fn of(recording: &Recording) -> Self {
        Self::read(&heap::of(recording))
    }

    fn read(text: &str) -> Self {
        let json: Value = serde_json::from_str(text).expect("JSON");
        let list = |name: &str| -> Vec<u64> {
            let list = json[name].as_array().unwrap().iter();
            list.map(|number| number.as_u64().unwrap()).collect()
        };
        let (nodes, edges) = (list("nodes"), list("edges"));
        let string = |number: u64| {
            json["strings"][number as usize]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(json["snapshot"]["node_count"], nodes.len() / 7);
        assert_eq!(json["snapshot"]["edge_count"], edges.len() / 3);
        let mut from = Vec::new();
        for (at, node) in nodes.chunks(7).enumerate() {
            from.extend(std::iter::repeat_n(at, node[4] as usize));
        }
        assert_eq!(from.len(), edges.len() / 3);
        let edge = |(from, edge): (usize, &[u64])| {
            let name = if edge[0] == 1 {
                edge[1].to_string()
            } else {
                string(edge[1])
            };
            assert_eq!(edge[2] % 7, 0);
            (from, edge[0], name, edge[2] as usize / 7)
        };
        Self {
            nodes: nodes
                .chunks(7)
                .map(|node| (string(node[1]), node[3]))
                .collect(),
            edges: from.into_iter().zip(edges.chunks(3)).map(edge).collect(),
        }
    }

    /// The only node whose name begins so.
    fn node(&self, name: &str) -> usize {
        let mut found = (0..self.nodes.len()).filter(|at| self.nodes[*at].0.starts_with(name));
        let node = found.next().expect(name);
        assert_eq!(found.next(), None, "{:?}", self.nodes);
        node
    }

    fn has(&self, name: &str) -> bool {
        self.nodes.iter().any(|(is, _)| is.starts_with(name))
    }

    /// The edges to a node, that keep it: their names, and from where.
    fn kept_by(&self, node: usize) -> Vec<(&str, &str)> {
        let edges = self
            .edges
            .iter()
            .filter(|(_, kind, _, to)| *to == node && *kind != 6);
        edges
            .map(|(from, _, name, _)| (&**name, &*self.nodes[*from].0))
            .collect()
    }
}

fn begins((name, from): &(&str, &str), edge: &str, node: &str) -> bool {
    *name == edge && from.starts_with(node)
}

#[test]
fn a_store_is_kept_by_its_frame_and_that_by_whatever_carries_it() {
    let (recording, shop) = recorded();
    let snapshot = Snapshot::of(&recording);
    let store = snapshot.node("tenant: alloc::string::String = acme");
    assert_eq!(snapshot.nodes[store].1, size_of::<String>() as u64);
    let by = snapshot.kept_by(store);
    assert!(
        by.len() == 1 && begins(&by[0], "tenant", "Frame with tenant, set at "),
        "{by:?}"
    );
    let by = snapshot.kept_by(snapshot.node("Frame with tenant"));
    assert!(begins(&by[0], "context", "Query "), "{by:?}");
    assert!(begins(&by[1], "context", "Row ") && by.len() == 2, "{by:?}");
    let by = snapshot.kept_by(snapshot.node("Frame with secret"));
    assert!(
        by.len() == 1 && begins(&by[0], "below", "Frame with tenant"),
        "{by:?}"
    );
    let query = format!("#{}", shop.query.async_id());
    let by = snapshot.kept_by(snapshot.node("Query "));
    assert_eq!(by, [(&*query, "async program")]);
    assert_eq!(
        snapshot.kept_by(snapshot.node("async program")),
        [("1", "(GC roots)")]
    );
}

#[test]
fn causes_keep_nothing() {
    let (recording, _shop) = recorded();
    let snapshot = Snapshot::of(&recording);
    let weak = snapshot.edges.iter().filter(|(_, kind, ..)| *kind == 6);
    let weak: Vec<_> = weak
        .map(|(from, _, name, to)| (&*snapshot.nodes[*from].0, &**name, *to))
        .collect();
    assert_eq!(weak.len(), 2);
    assert!(weak[0].0.starts_with("Query ") && weak[0].1 == "cause");
    assert_eq!(weak[0].2, snapshot.node("Server "));
}

#[test]
fn what_ended_and_what_let_its_frame_go_keeps_nothing() {
    let mut recorded = Recorded::start();
    drop(TENANT.run("gone".to_owned(), || AsyncResource::new("Gone")));
    let task = TENANT.run::<_, async_hooks::Value>("ready".to_owned(), || Task::new(async {}));
    let mut task = Box::pin(task);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(task.as_mut().poll(&mut cx).is_ready());
    let snapshot = Snapshot::of(&recorded.stop());
    assert!(!snapshot.has("Gone "));
    assert!(!snapshot.has("tenant: "));
    assert_eq!(
        snapshot.nodes.len(),
        4,
        "the roots and the task, which is held: {:?}",
        snapshot.nodes
    );
    drop(task);
}

#[test]
fn two_values_that_look_alike_are_two_stores() {
    let recorded = Recorded::start();
    let make = |secret| SECRET.run(secret, || AsyncResource::new("Holder"));
    let holders = [make("hunter2"), make("correct horse"), make("hunter2")];
    let text = heap::snapshot();
    let snapshot = Snapshot::read(&text);
    let is_store = |(name, _): &&(String, u64)| name == "secret: &str = ●●●";
    assert_eq!(snapshot.nodes.iter().filter(is_store).count(), 3);
    assert!(!text.contains("hunter2") && !text.contains("correct horse"));
    drop(holders);
    drop(recorded);
}

#[test]
fn a_storage_that_was_exited_is_a_frame_without_a_store() {
    let mut recorded = Recorded::start();
    let holder = TENANT.run("acme".to_owned(), || {
        TENANT.exit(|| AsyncResource::new("Holder"))
    });
    let snapshot = Snapshot::of(&recorded.stop());
    let by = snapshot.kept_by(snapshot.node("Frame without tenant"));
    assert!(begins(&by[0], "context", "Holder "), "{by:?}");
    assert!(!snapshot.has("tenant: "));
    drop(holder);
}

#[test]
fn where_nothing_is_recorded_a_snapshot_has_roots_alone() {
    let mut recorded = Recorded::start();
    recorded.stop();
    assert_eq!(Snapshot::read(&heap::snapshot()).nodes.len(), 3);
}
