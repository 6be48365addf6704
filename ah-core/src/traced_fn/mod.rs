//! What the code that `#[traced]` generates calls.

mod alias;
mod call;
mod recording;
mod scope;
mod text;
mod tried;

pub use alias::{Alias, NotPolled};
pub use call::{Call, call, called, name, of, scoped, traced};
pub use recording::{Recording, recording, returned};
pub use scope::FnScope;
pub use text::{ByDebug, ByDisplay, debug, display};
pub use tried::{FromResidual, Try};
