//! A loss, in words.

use std::fmt;

use ah_core::{frame::StorageInfo, providers::TASK};

use crate::{
    json::Json,
    names::{Place, Store},
    text,
};

/// How a reader that lost a store and something that had it hang together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Link {
    /// The one caused the other, which was created in another context.
    Caused,
    /// The one woke the other.
    Woke,
    /// A guess: the one ran until just before on the thread where the other was read by something untracked.
    RanBefore,
    /// A guess: the untracked reader woke the other right after.
    Answered,
}

impl Link {
    fn is_guess(self) -> bool {
        matches!(self, Self::RanBefore | Self::Answered)
    }
}

/// Something that had a part in a loss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Who {
    /// Its id; 0 if it is untracked.
    pub id: u64,
    /// Its type; empty if it is untracked.
    pub type_name: &'static str,
    /// The function of a task's future; empty if that is not known.
    pub function: &'static str,
    /// Where it was created, if that is known.
    pub place: Option<Place>,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.id == 0 {
            return f.write_str("untracked code");
        }
        let Self {
            id,
            type_name,
            function,
            ..
        } = self;
        match function.is_empty() {
            true => write!(f, "{type_name}({id})")?,
            false => write!(f, "{type_name} {function}({id})")?,
        }
        self.place.map_or(Ok(()), |place| {
            write!(f, " created at {}", text::short(place))
        })
    }
}

/// Something that had the store.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    who: Who,
    store: Store,
}

impl Holder {
    pub(super) const fn new(who: Who, store: Store) -> Self {
        Self { who, store }
    }
}

/// A storage that was read and unset, though what caused the reader had a store. See [`lost`](crate::lost).
#[derive(Clone, Debug)]
pub struct Loss {
    number: u32,
    info: StorageInfo,
    read_at: Place,
    read_in: Who,
    held: Option<(Link, Holder)>,
    broke_at: Who,
    times: u64,
}

impl Loss {
    pub(super) fn new(
        (number, info): (u32, StorageInfo),
        read_at: Place,
        read_in: Who,
        explained: Option<(Link, Holder, Who)>,
    ) -> Self {
        let broke_at = explained
            .as_ref()
            .map_or(read_in, |(_, _, broke_at)| *broke_at);
        Self {
            number,
            info,
            read_at,
            read_in,
            held: explained.map(|(link, holder, _)| (link, holder)),
            broke_at,
            times: 1,
        }
    }

    pub(super) fn repeat(&mut self) {
        self.times += 1;
    }

    /// Adds what is found out later, unless it is known.
    pub(super) fn explain(&mut self, link: Link, holder: Holder) {
        self.held.get_or_insert((link, holder));
    }

    /// The number of the storage.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Returns the name of the storage, or where it was created if it has none.
    #[must_use]
    pub fn storage(&self) -> String {
        match self.info.name {
            "" => format!("(storage at {})", text::short(self.info.place)),
            name => text::clean(name, 40),
        }
    }

    /// Returns where the storage was read.
    #[must_use]
    pub fn read_at(&self) -> Place {
        self.read_at
    }

    /// Returns what read it.
    #[must_use]
    pub fn read_in(&self) -> Who {
        self.read_in
    }

    /// Returns where the store was set, if that was seen.
    #[must_use]
    pub fn set_at(&self) -> Option<Place> {
        self.held.as_ref()?.1.store.set_at
    }

    /// Returns what had the store, if that is known.
    #[must_use]
    pub fn held_by(&self) -> Option<Who> {
        Some(self.held.as_ref()?.1.who)
    }

    /// Returns how the two hang together, if that is known.
    #[must_use]
    pub fn link(&self) -> Option<Link> {
        Some(self.held.as_ref()?.0)
    }

    /// Returns the first thing on the way from the store to the reader that does not have it.
    #[must_use]
    pub fn broke_at(&self) -> Who {
        self.broke_at
    }

    /// Returns the value that was lost, as it is shown: nothing if its storage is not.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.held.as_ref()?.1.store.text.as_deref()
    }

    /// Returns how often it was read there.
    #[must_use]
    pub fn times(&self) -> u64 {
        self.times
    }

    /// Returns `true` if [`held_by`](Self::held_by) is a guess. That the store is missing never is.
    #[must_use]
    pub fn is_guess(&self) -> bool {
        self.link().is_some_and(Link::is_guess)
    }

    /// Says what to write instead.
    #[must_use]
    pub fn fix(&self) -> String {
        let place =
            |place: Option<Place>| place.map(|place| format!("at {}, ", text::short(place)));
        let broke = place(self.broke_at.place).unwrap_or_default();
        match self.link() {
            Some(Link::Woke) => format!(
                "send the context with the message, `async_hooks::WithContext::new(…)`, and {broke}work on it in \
                 `message.scope(|…| async move {{ … }})`"
            ),
            Some(Link::Caused) => format!(
                "{broke}create it within `snapshot.run(|| …)`, of a snapshot taken where its cause runs"
            ),
            // a carrier spawned it, and had nothing to carry
            None if self.broke_at.type_name == TASK => format!(
                "{broke}spawn it where the storage is set, or set it for the task: `storage.scope(value, future)`"
            ),
            Some(Link::RanBefore | Link::Answered) | None => format!(
                "{broke}spawn by `ah_tokio::spawn`, or wrap what is handed over: `future.in_current_context()`, \
                 `async_hooks::bind!(move || …)`"
            ),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = if self.times == 1 {
            "once".to_owned()
        } else {
            format!("{} times", self.times)
        };
        writeln!(
            f,
            "context lost: `{}` is unset at {} ({times})",
            self.storage(),
            text::short(self.read_at)
        )?;
        write!(f, "  read in {}", self.read_in)?;
        if self.broke_at.id != self.read_in.id {
            write!(f, "\n  within {}", self.broke_at)?;
        }
        let Some((link, holder)) = &self.held else {
            return write!(
                f,
                "\n  nothing that is tracked had it; the storage is required"
            );
        };
        let link = match link {
            Link::Caused => "caused by",
            Link::Woke => "woken by",
            Link::RanBefore => "probably spawned by",
            Link::Answered => "probably working for",
        };
        write!(f, "\n  {link} {}", holder.who)?;
        let value = holder.store.text.as_deref().unwrap_or("●●●");
        write!(f, "\n  where it is {value}")?;
        holder
            .store
            .set_at
            .map_or(Ok(()), |place| write!(f, ", set at {}", text::short(place)))
    }
}

/// All losses, in words.
pub(crate) fn text(losses: &[Loss]) -> String {
    if losses.is_empty() {
        return "no context was lost\n".to_owned();
    }
    let report = |loss: &Loss| format!("{loss}\n  fix: {}\n", loss.fix());
    losses.iter().map(report).collect::<Vec<_>>().join("\n")
}

pub(crate) fn json(losses: &[Loss]) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("lost")
            .list(losses, |json, loss| json.object(|json| loss.json(json)))
    });
    json.finish()
}

impl Loss {
    fn json(&self, json: &mut Json) {
        json.key("storage").string(&self.storage());
        json.key("read_at").string(&text::place(self.read_at));
        json.key("read_in").number(self.read_in.id);
        json.key("set_at")
            .string_or_null(self.set_at().map(text::place).as_deref());
        json.key("value").string_or_null(self.value());
        json.key("held_by")
            .number(self.held_by().map_or(0, |who| who.id));
        let link = self.link().map(|link| match link {
            Link::Caused => "caused",
            Link::Woke => "woke",
            Link::RanBefore => "ran_before",
            Link::Answered => "answered",
        });
        json.key("link").string_or_null(link);
        json.key("broke_at").number(self.broke_at.id);
        json.key("is_guess").flag(self.is_guess());
        json.key("times").number(self.times);
        json.key("fix").string(&self.fix());
    }
}
