//! The rows, a file for each group.

mod attributes;
mod bridge;
pub mod grow;
mod http;
mod inspect;
mod node;
mod poll;
mod read;
mod resource;
mod run;
#[cfg(tokio_unstable)]
mod runtime_hooks;
mod spawn;
mod threads;
mod tower;
mod traced;
mod v8;
mod w3c;

use std::{cell::RefCell, rc::Rc};

use crate::{harness::Row, node::Node};

/// All rows, in an order in which none disturbs a later one.
pub fn all(node: Option<&Rc<RefCell<Node>>>) -> Vec<Row> {
    let mut rows = read::rows();
    rows.extend(run::rows());
    rows.extend(poll::off());
    rows.extend(bridge::unused());
    rows.extend(traced::off());
    rows.extend(attributes::rows());
    rows.extend(resource::rows(node));
    rows.extend(spawn::rows());
    #[cfg(tokio_unstable)]
    rows.extend(runtime_hooks::rows());
    rows.extend(threads::rows());
    rows.extend(http::rows());
    rows.extend(inspect::off());
    rows.extend(inspect::on());
    rows.extend(w3c::rows());
    rows.extend(node::rows(node));
    rows.extend(v8::rows());
    rows.extend(grow::rows());
    rows.extend(poll::counting()); // tracing's registry is there from here on
    rows.extend(traced::counting());
    rows.extend(tower::rows());
    rows.extend(bridge::used()); // bridges are there from here on
    rows
}
