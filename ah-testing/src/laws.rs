//! The laws that hold for every run.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    fmt,
    thread::ThreadId,
};

use ah_core::{AsyncId, Phase};

use crate::Event;

/// What holds for every run.
///
/// The laws are about resources of which the collector received the init.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Law {
    /// A resource is announced once.
    InitOnce,
    /// It is announced before anything else happens to it.
    InitFirst,
    /// It is destroyed once.
    DestroyOnce,
    /// Nothing happens to it after it was destroyed.
    DestroyLast,
    /// On each thread, the scope that is left is the one that was entered last.
    AfterMatchesBefore,
    /// The id of a destroyed resource is not given to another one.
    IdsAreNotReused,
    /// What caused it was announced, or is the root (1) or no resource (0).
    TriggerIsKnown,
    /// At the end, every scope is left.
    ScopesAreLeft,
    /// At the end, every resource is destroyed.
    AllAreDestroyed,
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InitOnce => "a resource is announced once",
            Self::InitFirst => "a resource is announced before anything else happens to it",
            Self::DestroyOnce => "a resource is destroyed once",
            Self::DestroyLast => "nothing happens to a resource after it was destroyed",
            Self::AfterMatchesBefore => {
                "the scope that is left is the one that was entered last on this thread"
            }
            Self::IdsAreNotReused => "an id is not used again",
            Self::TriggerIsKnown => "a trigger was announced, or is 0 or 1",
            Self::ScopesAreLeft => "every scope is left at the end",
            Self::AllAreDestroyed => "every resource is destroyed at the end",
        })
    }
}

/// One case in which a law was broken.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Broken {
    /// The law.
    pub law: Law,
    /// The event that broke it: at the end, the last one of the resource.
    pub event: Event,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.event, self.law)
    }
}

/// The cases in which laws were broken, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrokenLaws(Vec<Broken>);

impl BrokenLaws {
    /// Returns the cases. There is at least one.
    #[must_use]
    pub fn cases(&self) -> &[Broken] {
        &self.0
    }
}

impl fmt::Display for BrokenLaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("laws of async resources were broken")?;
        self.0.iter().try_for_each(|case| write!(f, "\n{case}"))
    }
}

impl Error for BrokenLaws {}

/// Checks a run. With `ended`, nothing may be open at the end.
pub(crate) fn check(
    events: &[Event],
    exempt: &HashSet<AsyncId>,
    ended: bool,
) -> Result<(), BrokenLaws> {
    let mut run = Run::new(events, exempt);
    for event in events {
        run.step(event);
    }
    if ended {
        run.end();
    }
    if run.broken.is_empty() {
        Ok(())
    } else {
        Err(BrokenLaws(run.broken))
    }
}

/// How far a run was read.
struct Run<'a> {
    /// The resources that the laws are about: announced somewhere in the run, and not exempt.
    subjects: HashSet<AsyncId>,
    exempt: &'a HashSet<AsyncId>,
    /// Those received until here, with the last event.
    seen: HashMap<AsyncId, &'a Event>,
    announced: HashSet<AsyncId>,
    destroyed: HashSet<AsyncId>,
    /// The scopes that each thread is in.
    scopes: HashMap<ThreadId, Vec<&'a Event>>,
    broken: Vec<Broken>,
}

impl<'a> Run<'a> {
    fn new(events: &[Event], exempt: &'a HashSet<AsyncId>) -> Self {
        let inits = events.iter().filter(|event| event.phase == Phase::Init);
        let subjects = inits.map(|event| event.async_id);
        Self {
            subjects: subjects.filter(|id| !exempt.contains(id)).collect(),
            exempt,
            seen: HashMap::new(),
            announced: HashSet::new(),
            destroyed: HashSet::new(),
            scopes: HashMap::new(),
            broken: Vec::new(),
        }
    }

    fn step(&mut self, event: &'a Event) {
        if !self.subjects.contains(&event.async_id) {
            return;
        }
        match event.phase {
            Phase::Init => self.init(event),
            Phase::Destroy => self.destroy(event),
            Phase::Before => self.before(event),
            Phase::After => self.after(event),
            _ => self.not_destroyed(event),
        }
        self.seen.insert(event.async_id, event);
    }

    fn init(&mut self, event: &Event) {
        let id = event.async_id;
        if self.destroyed.remove(&id) {
            self.blame(Law::IdsAreNotReused, event);
        } else if self.announced.contains(&id) {
            self.blame(Law::InitOnce, event);
        } else if self.seen.contains_key(&id) {
            self.blame(Law::InitFirst, event);
        }
        if !event
            .trigger_async_id
            .is_none_or(|trigger| self.knows(trigger))
        {
            self.blame(Law::TriggerIsKnown, event);
        }
        self.announced.insert(id);
    }

    fn knows(&self, trigger: AsyncId) -> bool {
        trigger <= AsyncId::ROOT
            || self.announced.contains(&trigger)
            || self.exempt.contains(&trigger)
    }

    fn destroy(&mut self, event: &Event) {
        if !self.destroyed.insert(event.async_id) {
            self.blame(Law::DestroyOnce, event);
        }
    }

    fn before(&mut self, event: &'a Event) {
        self.not_destroyed(event);
        self.scopes.entry(event.thread).or_default().push(event);
    }

    fn after(&mut self, event: &Event) {
        self.not_destroyed(event);
        let scopes = self.scopes.entry(event.thread).or_default();
        let entered = scopes
            .iter()
            .rposition(|entered| entered.async_id == event.async_id);
        let left = entered.map(|at| scopes.remove(at));
        if left.is_none() || entered != Some(scopes.len()) {
            self.blame(Law::AfterMatchesBefore, event);
        }
    }

    fn not_destroyed(&mut self, event: &Event) {
        if self.destroyed.contains(&event.async_id) {
            self.blame(Law::DestroyLast, event);
        }
    }

    fn end(&mut self) {
        for entered in std::mem::take(&mut self.scopes).into_values().flatten() {
            self.blame(Law::ScopesAreLeft, entered);
        }
        let alive = self
            .seen
            .iter()
            .filter(|(id, _)| !self.destroyed.contains(id));
        let mut alive: Vec<_> = alive.map(|(_, last)| *last).collect();
        alive.sort_by_key(|last| last.async_id);
        for last in alive {
            self.blame(Law::AllAreDestroyed, last);
        }
    }

    fn blame(&mut self, law: Law, event: &Event) {
        let event = event.clone();
        self.broken.push(Broken { law, event });
    }
}
