//! The attributes beside macros of other people that see a struct: derives that read or make it, and pin-project.

#![deny(warnings)]

use ah_testing::test;

mod derives;
mod pin_project;
