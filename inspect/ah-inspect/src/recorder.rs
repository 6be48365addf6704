//! The recorder of this process.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ah_core::{AsyncHook, create_hook, probe};

use crate::{
    clock, feed,
    live::Live,
    loss::evidence,
    names::Contexts,
    recording::Recording,
    settings::{Filter, Settings},
    state::{self, State},
};

/// The format of recordings: it changes with the layout of their files.
pub const FORMAT: &str = "ah-recording-2";

/// Records what happens in this process until it is stopped: one at a time.
///
/// It records the environment that is current where it is started, and no other: what happens in other ones is neither shown
/// nor reported as lost. Dropping it changes nothing: recording goes on, and
/// [`Recorder::attach`] gives another handle.
///
/// # Examples
///
/// ```
/// use ah_inspect::{Recorder, Settings};
///
/// let recorder = Recorder::start(&Settings::default())?;
/// let query = async_hooks::AsyncResource::new("DBQuery");
/// assert!(ah_inspect::pstree().contains("DBQuery"));
/// let recording = recorder.stop();
/// assert_eq!(recording.task(query.async_id()).unwrap().type_name(), "DBQuery");
/// # Ok::<(), ah_inspect::StartError>(())
/// ```
#[derive(Debug)]
pub struct Recorder {
    state: &'static State,
}

/// What is going on, if anything is recorded.
struct Running {
    hook: AsyncHook,
    filter: Filter,
    window: Duration,
}

/// Hooks are enabled and disabled without this lock: that drops what other disabled hooks captured, whose `Drop` may ask us.
static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

fn running() -> MutexGuard<'static, Option<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl Recorder {
    /// Records from now on.
    ///
    /// The table of what is alive and the contexts are allocated once in a process, at the first start.
    ///
    /// # Errors
    ///
    /// If something records already, if another inspector has set the probe of this process, or if an earlier recorder
    /// had smaller tables.
    pub fn start(settings: &Settings) -> Result<Self, StartError> {
        clock::start();
        let state = state::get_or_create(settings);
        check_sizes(state, settings)?;
        set_probe()?;
        let hook = create_hook(feed::Listen::new(state, &settings.filter));
        {
            let mut running = running();
            if running.is_some() {
                return Err(StartError(Reason::Running));
            }
            state.restart(settings);
            feed::record_current_environment();
            probe::want(feed::wants(&settings.filter));
            *running = Some(Running {
                hook: hook.clone(),
                filter: settings.filter.clone(),
                window: settings.window,
            });
        }
        hook.enable();
        Ok(Self { state })
    }

    /// Returns a handle to what records in this process, if anything does.
    #[must_use]
    pub fn attach() -> Option<Self> {
        let state = state::get()?;
        running().is_some().then_some(Self { state })
    }

    /// Records this from now on, and nothing else. What is alive and not of it is shown no more.
    pub fn set_filter(&self, filter: &Filter) {
        if !is_running() {
            return;
        }
        self.state.live.expect_repeats();
        evidence::begin_stretch();
        let hook = create_hook(feed::Listen::new(self.state, filter));
        hook.enable(); // before the other is disabled: no event is missed
        let left = match &mut *running() {
            Some(running) => {
                running.filter = filter.clone();
                probe::want(feed::wants(filter));
                std::mem::replace(&mut running.hook, hook)
            }
            None => hook, // it was stopped meanwhile
        };
        left.disable();
    }

    /// Returns what happened within the window, and what is alive. Recording goes on.
    #[must_use]
    pub fn take(&self) -> Recording {
        let window = running().as_ref().map(|running| running.window);
        Recording::take(self.state, window.unwrap_or_default())
    }

    /// Stops recording, and returns what happened within the window.
    pub fn stop(self) -> Recording {
        let recording = self.take();
        let stopped = running().take();
        if let Some(stopped) = stopped {
            probe::want(probe::Wants::NOTHING);
            stopped.hook.disable();
        }
        recording
    }

    /// Returns how many bytes events, tables and contexts take. Never more than
    /// [`Settings::most_bytes`](crate::Settings::most_bytes) and 8 KiB for each thread.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.state.bytes()
    }
}

/// Whether anything is recorded.
pub(crate) fn is_running() -> bool {
    running().is_some()
}

/// What is recorded, if anything is: rows of other types are out of date, since their ends are not received.
pub(crate) fn filter() -> Option<Filter> {
    running().as_ref().map(|running| running.filter.clone())
}

fn check_sizes(state: &State, settings: &Settings) -> Result<(), StartError> {
    let (alive, contexts) = (state.live.capacity(), state.contexts.capacity());
    let fits =
        Live::rounded(settings.alive) <= alive && Contexts::rounded(settings.contexts) <= contexts;
    if fits {
        Ok(())
    } else {
        Err(StartError(Reason::Sizes { alive, contexts }))
    }
}

/// Sets the probe at the first start.
fn set_probe() -> Result<(), StartError> {
    static IS_OURS: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    match IS_OURS.get_or_init(|| probe::set(feed::Watch).is_ok()) {
        true => Ok(()),
        false => Err(StartError(Reason::Probe)),
    }
}

/// Why recording cannot start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartError(Reason);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Reason {
    Running,
    Probe,
    Sizes { alive: usize, contexts: usize },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Running => {
                f.write_str("this process is recorded already: `Recorder::attach` gives a handle")
            }
            Reason::Probe => f.write_str(
                "another inspector has the probe of this process: remove one of the two",
            ),
            Reason::Sizes { alive, contexts } => write!(
                f,
                "the tables of this process were allocated for {alive} things and {contexts} contexts: ask for no more, or \
                 for more at the first start"
            ),
        }
    }
}

impl std::error::Error for StartError {}
