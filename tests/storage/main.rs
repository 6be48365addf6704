//! The storage rules of the design, one module per rule, through the facade.
//!
//! Each test runs in the environment of the process, where nobody listens, as most programs do; and once more in one of its
//! own, under the laws of events. Which it is, is said by the attribute that the modules take from the one around them.

#![allow(
    clippy::duplicate_mod,
    reason = "the same tests, with two meanings of `#[test]`"
)]

mod support;

#[path = "."]
mod as_programs_run {
    use core::prelude::v1::test;

    mod rule_01_default_is_created_once;
    mod rule_01_storages;
    mod rule_02_entering_and_leaving;
    mod rule_03_closures_that_pass;
    mod rule_03_futures_do_not_leave;
    mod rule_04_capture;
    mod rule_05_propagation;
    mod rule_06_disable;
    mod rule_07_bound_closures_and_snapshots;
    mod rule_07_bound_futures;
    mod rule_07_messages;
    mod rule_08_frames_stay_small;
    mod rule_09_three_states;
    mod rule_10_detached;
    mod rule_11_guards_out_of_order;
    mod rule_12_carriers;
}

#[path = "."]
mod under_the_laws {
    use ah_testing::test;

    mod rule_01_default_is_created_once;
    mod rule_01_storages;
    mod rule_02_entering_and_leaving;
    mod rule_03_closures_that_pass;
    mod rule_03_futures_do_not_leave;
    mod rule_04_capture;
    mod rule_05_propagation;
    mod rule_06_disable;
    mod rule_07_bound_closures_and_snapshots;
    mod rule_07_bound_futures;
    mod rule_07_messages;
    mod rule_08_frames_stay_small;
    mod rule_09_three_states;
    mod rule_10_detached;
    mod rule_11_guards_out_of_order;
    mod rule_12_carriers;
}
