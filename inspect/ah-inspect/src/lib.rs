#![doc = include_str!("../README.md")]

mod clock;
mod event;
pub mod export;
mod feed;
mod json;
mod live;
mod loss;
mod names;
mod overview;
mod recorder;
mod recording;
mod ring;
mod river;
#[cfg(unix)]
mod serve;
mod settings;
mod state;
mod text;
mod view;

pub use live::State;
pub use loss::{Link, Loss, Who, assert_none_lost, lost};
pub use overview::{NoStorage, Overview, Request};
pub use recorder::{FORMAT, Recorder, StartError};
pub use recording::{
    LossText, Poll, ReadError, ReadErrorKind, Recording, SourcePlace, StoreText, Task, Unset, Wake,
};
pub use river::{NotRecorded, Part, River, Spent};
#[cfg(unix)]
pub use serve::{PROTOCOL, serve, socket_directory, socket_path};
pub use settings::{Filter, FilterError, Settings};
pub use view::{
    Alive, AliveStore, NotAlive, StorageStats, TypeStats, alive, ps, pstree, stats, stats_text, why,
};
