//! The engine rules of `docs/design.md`, section 4: one module per rule, and each test named for what is promised.
//!
//! What is global to a process is in binaries of its own: `error_sink`, `panic_policy`, `no_allocation`, `sizes`.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod public_types;
mod rule_01_ids;
mod rule_02_environments;
mod rule_03_lookups;
mod rule_04_trigger;
mod rule_05_life;
mod rule_06_destroy;
mod rule_07_hooks;
mod rule_08_published_list;
mod rule_09_suppression;
mod rule_10_contained_panics;
mod rule_11_low_level_pair;
mod rule_12_futures;
mod rule_13_nobody_listens;
mod rule_14_exit_paths;
mod rule_15_causality;
