//! Contexts as a heap snapshot of V8's: what keeps which store alive.
//!
//! The memory panel of Chrome's DevTools opens it, and memlab. From the root come the tasks and resources that are alive; each
//! holds its frame, a frame holds one store and the frame below it, and stores that are the same are one object. A retainer
//! path of a store thus ends at a task, with the place that created it; what dominates a store is what it would be freed with.
//! Causes are ids, which keep nothing: they are weak edges. A store has the size of its type; a task and a frame count as the
//! pointer that holds them. A frame is made of the stores that show in it.

use std::{
    collections::{HashMap, hash_map::Entry},
    rc::Rc,
};

use super::{created_at, name, storage, value};
use crate::{
    Recorder, Recording,
    json::Json,
    recording::{StoreText, Task},
    text,
};

/// Kinds of nodes and of edges, by their places in `META`.
const OBJECT: u64 = 3;
const SYNTHETIC: u64 = 9;
const ELEMENT: u64 = 1;
const PROPERTY: u64 = 2;
const WEAK: u64 = 6;

const NODE_FIELDS: [&str; 7] = [
    "type",
    "name",
    "id",
    "self_size",
    "edge_count",
    "trace_node_id",
    "detachedness",
];
const NODE_TYPES: [&str; 15] = [
    "hidden",
    "array",
    "string",
    "object",
    "code",
    "closure",
    "regexp",
    "number",
    "native",
    "synthetic",
    "concatenated string",
    "sliced string",
    "symbol",
    "bigint",
    "object shape",
];
const EDGE_TYPES: [&str; 7] = [
    "context", "element", "property", "internal", "hidden", "shortcut", "weak",
];

const POINTER: u64 = size_of::<usize>() as u64;

/// Returns what is alive in this process, as the text of a `.heapsnapshot`; nothing but roots if nothing is recorded.
#[must_use]
pub fn snapshot() -> String {
    of(&Recorder::attach()
        .map(|recorder| recorder.take())
        .unwrap_or_default())
}

/// Returns what was alive when a recording was taken, as the text of a `.heapsnapshot`.
#[must_use]
pub fn of(recording: &Recording) -> String {
    let mut graph = Graph::default();
    let root = graph.node(SYNTHETIC, String::new(), 0);
    let roots = graph.node(SYNTHETIC, "(GC roots)".to_owned(), 0);
    let program = graph.node(OBJECT, "async program".to_owned(), POINTER);
    graph.edge(ELEMENT, root, 1, roots);
    graph.edge(ELEMENT, roots, 1, program);
    let alive = recording
        .tasks()
        .iter()
        .filter(|task| task.destroyed.is_none());
    let nodes: Vec<(&Task, usize)> = alive.map(|task| (task, graph.task(task))).collect();
    for (task, node) in &nodes {
        graph.named_edge(PROPERTY, program, format!("#{}", task.id), *node);
        if let Ok(cause) = nodes.binary_search_by_key(&task.trigger, |(task, _)| task.id) {
            graph.named_edge(WEAK, *node, "cause".to_owned(), nodes[cause].1);
        }
        // what is ready has let its frame go
        let frame = task.finished.is_none().then(|| graph.frame(task.stores()));
        if let Some(frame) = frame.flatten() {
            graph.named_edge(PROPERTY, *node, "context".to_owned(), frame);
        }
    }
    graph.json()
}

#[derive(Default)]
struct Graph {
    strings: Vec<Rc<str>>,
    numbers: HashMap<Rc<str>, u64>,
    nodes: Vec<Node>,
    /// By the frame below and the store.
    frames: HashMap<(Option<usize>, u32, u64), usize>,
    stores: HashMap<(u32, u64), usize>,
}

struct Node {
    kind: u64,
    name: u64,
    size: u64,
    /// Kind, name or index, and the node that it leads to.
    edges: Vec<(u64, u64, usize)>,
}

impl Graph {
    fn string(&mut self, text: String) -> u64 {
        let next = self.strings.len() as u64;
        match self.numbers.entry(text.into()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.strings.push(Rc::clone(new.key()));
                *new.insert(next)
            }
        }
    }

    fn node(&mut self, kind: u64, name: String, size: u64) -> usize {
        let name = self.string(name);
        self.nodes.push(Node {
            kind,
            name,
            size,
            edges: Vec::new(),
        });
        self.nodes.len() - 1
    }

    fn edge(&mut self, kind: u64, from: usize, name: u64, to: usize) {
        self.nodes[from].edges.push((kind, name, to));
    }

    fn named_edge(&mut self, kind: u64, from: usize, name: String, to: usize) {
        let name = self.string(name);
        self.edge(kind, from, name, to);
    }

    /// Viewers group what has the same name: its id is at the edge that leads to it.
    fn task(&mut self, task: &Task) -> usize {
        let title = format!("{} {}", name(task), created_at(task));
        self.node(OBJECT, title, POINTER)
    }

    /// The frame of these stores, the innermost first.
    fn frame(&mut self, stores: &[StoreText]) -> Option<usize> {
        let mut below = None;
        for store in stores.iter().rev() {
            let value = if store.is_exited { 0 } else { store.value };
            let key = (below, store.storage, value);
            let frame = match self.frames.get(&key) {
                Some(frame) => *frame,
                None => self.new_frame(below, store),
            };
            self.frames.insert(key, frame);
            below = Some(frame);
        }
        below
    }

    fn new_frame(&mut self, below: Option<usize>, store: &StoreText) -> usize {
        let name = storage(store);
        let what = if store.is_exited { "without" } else { "with" };
        let set_at = store.set_at.as_ref().map(super::place);
        let set_at = set_at.map(|place| format!(", set at {place}"));
        let title = format!("Frame {what} {name}{}", set_at.unwrap_or_default());
        let frame = self.node(OBJECT, title, POINTER);
        if !store.is_exited {
            let value = self.store(store);
            self.named_edge(PROPERTY, frame, name, value);
        }
        if let Some(below) = below {
            self.named_edge(PROPERTY, frame, "below".to_owned(), below);
        }
        frame
    }

    fn store(&mut self, store: &StoreText) -> usize {
        let key = (store.storage, store.value);
        if let Some(known) = self.stores.get(&key) {
            return *known;
        }
        let type_name = text::clean(&store.type_name, 60);
        let name = format!("{}: {type_name} = {}", storage(store), value(store));
        let node = self.node(OBJECT, name, store.size);
        self.stores.insert(key, node);
        node
    }

    fn json(&self) -> String {
        let mut json = Json::default();
        json.object(|json| {
            json.key("snapshot").object(|json| self.head(json));
            let nodes = self.nodes.iter().zip(0..);
            let fields = nodes.flat_map(|(node, at): (&Node, u64)| {
                [
                    node.kind,
                    node.name,
                    2 * at + 1,
                    node.size,
                    node.edges.len() as u64,
                    0,
                    0,
                ]
            });
            json.key("nodes").list(fields, Json::number);
            let edges = self.nodes.iter().flat_map(|node| &node.edges);
            let fields =
                edges.flat_map(|(kind, name, to)| [*kind, *name, (to * NODE_FIELDS.len()) as u64]);
            json.key("edges").list(fields, Json::number);
            for empty in ["trace_function_infos", "trace_tree", "samples", "locations"] {
                json.key(empty).list([], Json::number);
            }
            json.key("strings")
                .list(&self.strings, |json, text| json.string(text));
        });
        json.finish()
    }

    fn head(&self, json: &mut Json) {
        json.key("meta").object(meta);
        let edges = self.nodes.iter().map(|node| node.edges.len() as u64).sum();
        json.numbers([
            ("node_count", self.nodes.len() as u64),
            ("edge_count", edges),
            ("trace_function_count", 0),
        ]);
    }
}

/// How the numbers are to be read.
fn meta(json: &mut Json) {
    let strings = |json: &mut Json, name: &str, list: &[&str]| {
        json.key(name).list(list, |json, text| json.string(text));
    };
    let types = |json: &mut Json, name: &str, types: &[&str], others: &[&str]| {
        json.key(name).nested(['[', ']'], |json| {
            json.list(types, |json, text| json.string(text));
            others.iter().for_each(|text| json.string(text));
        });
    };
    strings(json, "node_fields", &NODE_FIELDS);
    types(
        json,
        "node_types",
        &NODE_TYPES,
        &["string", "number", "number", "number", "number", "number"],
    );
    strings(json, "edge_fields", &["type", "name_or_index", "to_node"]);
    types(
        json,
        "edge_types",
        &EDGE_TYPES,
        &["string_or_number", "node"],
    );
    strings(
        json,
        "trace_function_info_fields",
        &[
            "function_id",
            "name",
            "script_name",
            "script_id",
            "line",
            "column",
        ],
    );
    strings(
        json,
        "trace_node_fields",
        &["id", "function_info_index", "count", "size", "children"],
    );
    strings(json, "sample_fields", &["timestamp_us", "last_assigned_id"]);
    strings(
        json,
        "location_fields",
        &["object_index", "script_id", "line", "column"],
    );
}
