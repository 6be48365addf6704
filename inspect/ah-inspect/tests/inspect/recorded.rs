//! A recorder for each test, one at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ah_inspect::{Alive, Filter, Recorder, Recording, Settings};

pub(crate) struct Recorded {
    recorder: Option<Recorder>,
    _alone: MutexGuard<'static, ()>,
}

impl Recorded {
    pub(crate) fn start() -> Self {
        Self::with(&Settings::default())
    }

    pub(crate) fn filtered(filter: &str) -> Self {
        let filter = filter.parse::<Filter>().expect("a filter");
        Self::with(&Settings {
            filter,
            ..Settings::default()
        })
    }

    pub(crate) fn with(settings: &Settings) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let recorder = Recorder::start(settings).expect("nothing else records");
        Self {
            recorder: Some(recorder),
            _alone: alone,
        }
    }

    pub(crate) fn recorder(&self) -> &Recorder {
        self.recorder.as_ref().expect("it was not stopped")
    }

    /// What was recorded. No other test starts while this is there: what a test made ends in no other one's recording.
    pub(crate) fn stop(&mut self) -> Recording {
        self.recorder.take().expect("it was not stopped").stop()
    }

    pub(crate) fn start_again(&mut self) {
        let recorder = Recorder::start(&Settings::default());
        self.recorder = Some(recorder.expect("nothing else records"));
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        if let Some(recorder) = self.recorder.take() {
            drop(recorder.stop());
        }
    }
}

/// What is alive of a type.
pub(crate) fn alive(type_name: &str) -> Vec<Alive> {
    let mut alive = ah_inspect::alive();
    alive.retain(|one| one.type_name == type_name);
    alive
}

/// The one thing of a type.
#[track_caller]
pub(crate) fn one(type_name: &str) -> Alive {
    let mut alive = alive(type_name);
    assert_eq!(alive.len(), 1, "{alive:?}");
    alive.remove(0)
}
