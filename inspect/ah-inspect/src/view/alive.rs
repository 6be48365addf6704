//! What is alive at one moment.

use std::collections::HashMap;

use crate::{
    clock,
    json::Json,
    live::{Row, State},
    names::{self, Place, Stores, Type},
    recorder,
    state::{self, State as Kept},
    text,
};

/// One thing that is alive. Times are nanoseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Alive {
    /// Its id.
    pub id: u64,
    /// What caused it.
    pub trigger: u64,
    /// Its type.
    pub type_name: &'static str,
    /// The function of its future; empty if it is no task.
    pub function: &'static str,
    /// Where it was created, if that is known.
    pub place: Option<Place>,
    /// Whether it is a tracked future.
    pub is_promise: bool,
    /// What it does.
    pub state: State,
    /// How long ago it was created.
    pub age: u64,
    /// For how long it is in this state.
    pub since: u64,
    /// How many times it was polled, or its scope entered.
    pub polls: u64,
    /// How long these took together, what is in progress included.
    pub busy: u64,
    /// How long the longest of them took.
    pub longest_poll: u64,
    /// How long it was woken and not polled yet, together.
    pub delay: u64,
    /// How often it was woken, the first time since each poll.
    pub wakes: u64,
    /// How often of these it woke itself.
    pub self_wakes: u64,
    /// Who woke it last; 0 if nobody did, and 0 or 1 for the runtime and untracked code.
    pub woken_by: u64,
    /// What it carries since its creation.
    pub stores: Vec<AliveStore>,
}

/// A store that something alive carries.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct AliveStore {
    /// The name of its storage; empty if it has none.
    pub name: &'static str,
    /// The value; `None` if the storage is not shown, or was exited.
    pub text: Option<String>,
    /// Where it was set, if that was seen.
    pub set_at: Option<Place>,
    /// The storage was exited: nothing is set.
    pub is_exited: bool,
}

/// Returns what is alive, by id; nothing if nothing is recorded.
#[must_use]
pub fn alive() -> Vec<Alive> {
    let snapshot = Snapshot::take();
    snapshot
        .rows
        .iter()
        .map(|row| snapshot.alive(row))
        .collect()
}

/// The rows at one moment, with what there is to be said of them.
pub(crate) struct Snapshot {
    pub(crate) kept: Option<&'static Kept>,
    pub(crate) now: u64,
    pub(crate) rows: Vec<Row>,
}

impl Snapshot {
    /// Empty, if nothing is recorded: the table is out of date then.
    pub(crate) fn take() -> Self {
        let filter = recorder::filter();
        let kept = state::get().filter(|_| filter.is_some());
        if let (Some(kept), Some(filter)) = (kept, &filter) {
            kept.forget_unwanted(filter);
        }
        let rows = kept.map(|kept| kept.live.rows()).unwrap_or_default();
        Self {
            kept,
            now: clock::ticks(),
            rows,
        }
    }

    /// What to say where nothing is recorded.
    pub(crate) fn nothing(&self) -> Option<String> {
        let nothing = "nothing is recorded: call `ah_inspect::Recorder::start` in the program\n";
        self.kept.is_none().then(|| nothing.to_owned())
    }

    pub(crate) fn row(&self, id: u64) -> Option<&Row> {
        let at = self.rows.binary_search_by_key(&id, |row| row.id).ok()?;
        self.rows.get(at)
    }

    /// How many things found no place in the table.
    pub(crate) fn not_shown(&self) -> u64 {
        self.kept.map_or(0, |kept| kept.live.not_shown())
    }

    pub(crate) fn ago(&self, ticks: u64) -> u64 {
        clock::span(self.now.saturating_sub(ticks))
    }

    pub(crate) fn stores(&self, row: &Row) -> Stores {
        let kept = self.kept.filter(|_| row.names.context() != 0);
        kept.map(|kept| kept.contexts.stores(row.names.context()))
            .unwrap_or_default()
    }

    /// How long it was polled, what is in progress included.
    pub(crate) fn busy(&self, row: &Row) -> u64 {
        let open = match row.state {
            State::Polled | State::PolledAndWoken => self.now.saturating_sub(row.since),
            _ => 0,
        };
        clock::span(row.busy + open)
    }

    fn alive(&self, row: &Row) -> Alive {
        let Type { name, future } = ty(row);
        let stores = self.stores(row);
        Alive {
            id: row.id,
            trigger: row.trigger,
            type_name: name,
            function: text::function(future),
            place: place(row),
            is_promise: row.is_promise,
            state: row.state,
            age: self.ago(row.created),
            since: self.ago(row.since),
            polls: row.polls,
            busy: self.busy(row),
            longest_poll: clock::span(row.longest),
            delay: clock::span(row.delay),
            wakes: row.wakes,
            self_wakes: row.self_wakes,
            woken_by: row.woken_by,
            stores: stores.iter().map(AliveStore::of).collect(),
        }
    }

    /// What it carries, in a line: what was set first comes first, and what is not shown last.
    pub(crate) fn carried(&self, row: &Row) -> String {
        let stores = self.stores(row);
        let (shown, hidden): (Vec<_>, Vec<_>) =
            stores.iter().rev().partition(|store| store.text.is_some());
        let texts = shown
            .into_iter()
            .chain(hidden)
            .map(|store| AliveStore::of(store).to_string());
        texts.collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn json(&self, row: &Row, json: &mut Json) {
        let alive = self.alive(row);
        json.key("id").number(alive.id);
        json.key("cause").number(alive.trigger);
        json.key("type").string(alive.type_name);
        json.key("function").string(alive.function);
        json.key("created_at")
            .string_or_null(alive.place.map(text::place).as_deref());
        json.key("state").string(doing(row));
        json.key("is_promise").flag(alive.is_promise);
        json.numbers([
            ("age_ns", alive.age),
            ("since_ns", alive.since),
            ("polls", alive.polls),
            ("busy_ns", alive.busy),
            ("longest_poll_ns", alive.longest_poll),
            ("delay_ns", alive.delay),
            ("wakes", alive.wakes),
            ("self_wakes", alive.self_wakes),
            ("woken_by", alive.woken_by),
        ]);
        json.key("stores").list(&alive.stores, |json, store| {
            json.object(|json| store.json(json))
        });
    }
}

impl AliveStore {
    fn of(store: &names::Store) -> Self {
        Self {
            name: store.name,
            text: store.text.as_deref().map(str::to_owned),
            set_at: store.set_at,
            is_exited: store.is_exited,
        }
    }

    fn json(&self, json: &mut Json) {
        json.key("name").string(self.name);
        json.key("value").string_or_null(self.text.as_deref());
        json.key("set_at")
            .string_or_null(self.set_at.map(text::place).as_deref());
        json.key("is_exited").flag(self.is_exited);
    }
}

impl std::fmt::Display for AliveStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.name.is_empty() {
            "(unnamed)"
        } else {
            self.name
        };
        f.write_str(&text::clean(name, 40))?;
        match &self.text {
            _ if self.is_exited => f.write_str(":exited"),
            Some(text) => write!(f, "={text}"),
            None => f.write_str("=●●●"),
        }
    }
}

fn ty(row: &Row) -> Type {
    let unknown = Type {
        name: "?",
        future: "",
    };
    names::type_of(row.names.ty()).unwrap_or(unknown)
}

pub(crate) fn place(row: &Row) -> Option<Place> {
    names::place(row.names.place())
}

/// Where it was created, in short.
pub(crate) fn at(row: &Row) -> String {
    place(row).map_or_else(|| "?".to_owned(), |place| text::short(place))
}

/// The type, and the function of a task's future.
pub(crate) fn name(row: &Row) -> String {
    let Type { name, future } = ty(row);
    let name = text::clean(name, 40);
    match text::function(future) {
        "" => name,
        function => format!("{name} {}", text::clean(function, 40)),
    }
}

/// `TASK mailer(17)`
pub(crate) fn named(row: &Row) -> String {
    format!("{}({})", name(row), row.id)
}

pub(crate) fn doing(row: &Row) -> &'static str {
    let is_polled = row.is_promise || !ty(row).future.is_empty();
    match row.state {
        State::New if is_polled => "new",
        State::New => "held",
        State::Waiting if !is_polled => "held",
        State::Waiting => "waiting",
        State::Woken => "woken",
        State::Polled | State::PolledAndWoken => "running",
        State::Finished => "finished",
    }
}

/// Rows by what caused them; 0 for those whose cause is not alive.
pub(crate) fn by_cause(snapshot: &Snapshot) -> HashMap<u64, Vec<usize>> {
    let mut children: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, row) in snapshot.rows.iter().enumerate() {
        let is_alive = row.trigger != row.id && snapshot.row(row.trigger).is_some();
        let cause = if is_alive { row.trigger } else { 0 };
        children.entry(cause).or_default().push(at);
    }
    children
}
