//! Contexts as they go to other processes and come from there.

mod carriers;
mod env;
mod hostile;
mod run;
mod set_up;
mod support;
mod types;
