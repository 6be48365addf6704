//! How much room the wrappers take: section 8 of `docs/design.md`.

use std::future::Future;

use ah_testing::test;
use async_hooks::{AsyncResource, Framed, Traced, prelude::*};

fn sizes_of<F: Future>(_: &F) -> [usize; 3] {
    [
        size_of::<F>(),
        size_of::<Framed<F>>(),
        size_of::<Traced<F>>(),
    ]
}

fn are_as_promised(future: &impl Future) {
    let [plain, framed, traced] = sizes_of(future);
    assert_eq!(framed, plain + 8);
    assert_eq!(traced, plain + 40);
}

#[test]
fn a_resource_takes_48_bytes() {
    assert_eq!(size_of::<AsyncResource>(), 48);
}

#[test]
fn a_framed_future_takes_8_bytes_more_and_a_traced_one_40() {
    are_as_promised(&std::future::pending::<()>());
    are_as_promised(&std::future::ready([0_u64; 3]));
    let text = String::from("captured");
    are_as_promised(&async move { drop(text) });
}

#[test]
fn each_level_takes_as_much() {
    let plain = std::future::pending::<()>();
    let plain_size = size_of_val(&plain);
    assert_eq!(size_of_val(&plain.traced("F").traced("G")), plain_size + 80);
}
