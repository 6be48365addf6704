//! A recording of what is kept: the table says what lives, events say what happened.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
    time::Duration,
};

use super::{LossText, Poll, Recording, SourcePlace, StoreText, Task, Unset, Wake};
use crate::{
    clock,
    event::{self, Kind, Names, PROMISE, Words},
    live::{Row, State as Doing},
    loss::Loss,
    names::{self, Place, Store},
    recorder,
    ring::Copied,
    state::State,
};

impl Recording {
    /// Empty, if nothing is recorded: the table is out of date then.
    pub(crate) fn take(state: &State, window: Duration) -> Self {
        let Some(filter) = recorder::filter() else {
            return Self::default();
        };
        state.forget_unwanted(&filter);
        Builder::new(state).build(u64::try_from(window.as_nanos()).unwrap_or(u64::MAX))
    }
}

struct Builder<'a> {
    state: &'a State,
    tasks: Vec<Task>,
    /// Where each task is, by its id.
    places_of_tasks: HashMap<u64, usize, Fast>,
    /// What each thread is in.
    stacks: Vec<Vec<u64>>,
    begin: u64,
    places: HashMap<u32, Option<SourcePlace>, Fast>,
    texts: HashMap<&'static str, Arc<str>>,
    values: HashMap<u64, u64, Fast>,
    types: HashMap<u16, (Arc<str>, Arc<str>), Fast>,
    contexts: HashMap<u32, Arc<[StoreText]>, Fast>,
}

impl<'a> Builder<'a> {
    fn new(state: &'a State) -> Self {
        Self {
            state,
            tasks: Vec::new(),
            places_of_tasks: HashMap::default(),
            stacks: Vec::new(),
            begin: 0,
            places: HashMap::default(),
            texts: HashMap::new(),
            values: HashMap::default(),
            types: HashMap::default(),
            contexts: HashMap::default(),
        }
    }

    fn build(mut self, window: u64) -> Recording {
        // the table first: what ends while events are copied has ended there, and never seems to live on
        self.add_the_living();
        let mut copied = self.state.ring.copy();
        let end = clock::nanos(clock::ticks()); // no event of the copy is later
        self.begin = end
            .saturating_sub(window)
            .max(clock::nanos(copied.whole_from));
        let events = self.apply_all(&mut copied);
        self.end_what_left_no_trace(end);
        let losses = crate::loss::lost();
        let losses = losses.iter().map(|loss| self.loss(loss)).collect();
        let begin = self.begin;
        let mut tasks = self.tasks;
        tasks.retain_mut(|task| {
            task.close(begin, end);
            task.destroyed.is_none_or(|at| at >= begin)
        });
        tasks.sort_by_key(|task| task.id); // most are in order
        Recording {
            tasks,
            threads: copied.threads.into_iter().map(Arc::from).collect(),
            losses,
            begin,
            end,
            events,
            overwritten: copied.overwritten,
            not_shown: self.state.live.not_shown(),
        }
    }

    /// One task for each row, with no copy of the rows between: most of what a recording takes is the memory that it touches.
    fn add_the_living(&mut self) {
        let state = self.state;
        for row in state.live.each() {
            let task = self.task_of(&row);
            self.tasks.push(task);
        }
        let places = self.tasks.iter().enumerate();
        self.places_of_tasks
            .extend(places.map(|(at, task)| (task.id, at)));
    }

    /// Returns how many events there were. Their ticks become nanoseconds where they are.
    fn apply_all(&mut self, copied: &mut Copied) -> u64 {
        let events = &mut copied.events;
        events.retain_mut(|(_, words)| {
            words[0] = clock::nanos(words[0]);
            words[0] >= self.begin
        });
        events.sort_by_key(|(_, words)| words[0]); // stable: events of one thread stay in order
        self.stacks.resize(copied.threads.len(), Vec::new());
        for (thread, words) in &copied.events {
            self.apply(words[0], *thread, *words);
        }
        copied.events.len() as u64
    }

    fn apply(&mut self, at: u64, thread: usize, words: Words) {
        let Some((kind, id)) = Kind::split(words[1]) else {
            return;
        };
        if id <= 1 {
            return; // no task: losses have it
        }
        let on = thread as u32;
        let begin = self.begin;
        if kind == Kind::Init {
            let place = self.place_of(id, begin);
            if &*self.tasks[place].type_name == UNKNOWN {
                let task = self.task(id, words[2], Names(words[3]), at);
                self.tasks[place].make_known(task);
            }
            self.tasks[place].created_on = Some(on); // of others, the table knows the rest
            return;
        }
        let place = (kind == Kind::Unset)
            .then(|| self.place(Names(words[3]).place()))
            .flatten();
        let outer = self.nest(kind, id, thread);
        let at_task = self.place_of(id, begin);
        let task = &mut self.tasks[at_task];
        match kind {
            Kind::Init => (),
            Kind::Before => task.begin_poll(at, on, outer),
            Kind::After => task.end_poll(at, on, begin),
            Kind::Wake => task.wakes.push(Wake {
                at,
                by: words[2],
                thread: on,
            }),
            Kind::Settled | Kind::Ended => task.finished = Some(at),
            Kind::Destroy => task.destroyed = Some(at),
            Kind::Unset => task.unset.push(Unset {
                at,
                storage: words[2] as u32,
                place,
            }),
        }
    }

    /// Keeps what a thread is in, and returns what was around this.
    fn nest(&mut self, kind: Kind, id: u64, thread: usize) -> Option<u64> {
        let stack = self.stacks.get_mut(thread)?;
        let outer = stack.last().copied();
        match kind {
            Kind::Before if outer != Some(id) => stack.push(id),
            Kind::After if outer == Some(id) => drop(stack.pop()),
            _ => (),
        }
        outer.filter(|outer| *outer != id)
    }

    /// What ended while the events were copied may have left no trace of that in them.
    fn end_what_left_no_trace(&mut self, end: u64) {
        for task in self
            .tasks
            .iter_mut()
            .filter(|task| task.destroyed.is_none())
        {
            if !self.state.live.has(task.id) {
                task.destroyed = Some(end);
            }
        }
    }

    fn add(&mut self, task: Task) -> usize {
        let at = self.tasks.len();
        self.places_of_tasks.insert(task.id, at);
        self.tasks.push(task);
        at
    }

    /// Where a task is. What has neither an init here nor a place among the living began before this recording, and ends in it.
    fn place_of(&mut self, id: u64, begin: u64) -> usize {
        match self.places_of_tasks.get(&id) {
            Some(at) => *at,
            None => self.add(Task {
                id,
                type_name: UNKNOWN.into(),
                created: begin,
                ..Task::default()
            }),
        }
    }

    fn task_of(&mut self, row: &Row) -> Task {
        let trigger = row.trigger | if row.is_promise { PROMISE } else { 0 };
        let mut task = self.task(row.id, trigger, row.names, clock::nanos(row.created));
        if row.state == Doing::Finished {
            task.finished = Some(clock::nanos(row.since));
        }
        task
    }

    fn task(&mut self, id: u64, trigger: u64, names: Names, created: u64) -> Task {
        let (type_name, future) = self.ty(names.ty());
        Task {
            id,
            trigger: trigger & event::TRIGGER,
            is_promise: trigger & PROMISE != 0,
            type_name,
            future,
            place: self.place(names.place()),
            stores: self.context(names.context()),
            created,
            ..Task::default()
        }
    }

    fn ty(&mut self, number: u16) -> (Arc<str>, Arc<str>) {
        let ty = self.types.entry(number).or_insert_with(|| {
            let ty = names::type_of(number).unwrap_or_default();
            (ty.name.into(), ty.future.into())
        });
        ty.clone()
    }

    fn place(&mut self, number: u32) -> Option<SourcePlace> {
        if !self.places.contains_key(&number) {
            let place = names::place(number).map(|place| self.source_place(place));
            self.places.insert(number, place);
        }
        self.places[&number].clone()
    }

    fn source_place(&mut self, place: Place) -> SourcePlace {
        SourcePlace {
            file: self.text(place.file()),
            line: place.line(),
            column: place.column(),
        }
    }

    fn context(&mut self, number: u32) -> Arc<[StoreText]> {
        if let Some(known) = self.contexts.get(&number) {
            return Arc::clone(known);
        }
        let stores = self.state.contexts.stores(number);
        let stores: Arc<[StoreText]> = stores.iter().map(|store| self.store(store)).collect();
        self.contexts.insert(number, Arc::clone(&stores));
        stores
    }

    fn text(&mut self, text: &'static str) -> Arc<str> {
        Arc::clone(self.texts.entry(text).or_insert_with(|| text.into()))
    }

    /// A number in place of an address, which is nobody's business.
    fn value(&mut self, value: usize) -> u64 {
        let next = self.values.len() as u64 + 1;
        *self.values.entry(value as u64).or_insert(next)
    }

    fn loss(&mut self, loss: &Loss) -> LossText {
        LossText {
            storage: loss.number(),
            name: loss.storage().into(),
            value: loss.value().map(Arc::from),
            read_at: self.source_place(loss.read_at()),
            set_at: loss.set_at().map(|place| self.source_place(place)),
            held_by: loss.held_by().map_or(0, |who| who.id),
            times: loss.times(),
            fix: loss.fix().into(),
        }
    }

    fn store(&mut self, store: &Store) -> StoreText {
        StoreText {
            storage: store.storage,
            name: self.text(store.name),
            type_name: self.text(store.type_name),
            size: store.size as u64,
            value: self.value(store.value),
            text: store.text.as_deref().map(Arc::from),
            set_at: store.set_at.map(|place| self.source_place(place)),
            is_exited: store.is_exited,
        }
    }
}

type Fast = BuildHasherDefault<IdHasher>;

/// Ids and numbers are spread well enough by a multiplication.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(32);
    }
}

/// The type of what an event is about before it is known what that is.
const UNKNOWN: &str = "?";

impl Task {
    /// Keeps what happened to it: on another thread that may bear an earlier time than its creation.
    fn make_known(&mut self, task: Self) {
        let Self {
            polled_in,
            polls,
            wakes,
            unset,
            finished,
            destroyed,
            ..
        } = std::mem::take(self);
        *self = Self {
            polled_in,
            polls,
            wakes,
            unset,
            finished,
            destroyed,
            ..task
        };
    }

    fn begin_poll(&mut self, from: u64, thread: u32, outer: Option<u64>) {
        if self
            .polls
            .last()
            .is_some_and(|poll| poll.to == 0 && poll.thread == thread && poll.from == from)
        {
            return;
        }
        self.polled_in = outer;
        self.polls.push(Poll {
            from,
            to: 0,
            thread,
        });
    }

    fn end_poll(&mut self, to: u64, thread: u32, begin: u64) {
        let mut polls = self.polls.iter_mut().rev();
        match polls.find(|poll| poll.to == 0 && poll.thread == thread) {
            Some(poll) => poll.to = to,
            None => self.polls.push(Poll {
                from: begin,
                to,
                thread,
            }), // it began before
        }
    }

    fn close(&mut self, begin: u64, end: u64) {
        self.is_torn = self.created < begin || self.created_on.is_none();
        let last = self.destroyed.unwrap_or(end);
        for poll in self.polls.iter_mut().filter(|poll| poll.to == 0) {
            poll.to = last;
        }
    }
}
