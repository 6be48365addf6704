//! Which methods run in the scope.

use async_hooks::async_resource;

use crate::support::runs_in;
use crate::test;

mod module {
    use super::*;

    #[async_resource("WHICH")]
    pub(crate) struct Which;

    #[async_resource]
    impl Which {
        pub(crate) const LIMIT: usize = 3;

        pub fn new() -> Self {
            Self
        }
        pub fn public(&self) -> bool {
            runs_in(self)
        }
        pub(crate) fn of_the_crate(&self) -> bool {
            runs_in(self)
        }
        pub(in crate::methods) fn of_a_module(&self) -> bool {
            runs_in(self)
        }
        pub(self) fn of_this_module(&self) -> bool {
            runs_in(self)
        }
        fn private(&self) -> bool {
            runs_in(self)
        }
        #[async_resource]
        fn private_but_asked_for(&self) -> bool {
            runs_in(self)
        }
        #[async_resource(skip)]
        pub fn skipped(&self) -> (bool, Self) {
            (runs_in(self), Self)
        }
        pub const fn without_self() -> usize {
            Self::LIMIT
        }
        #[async_resource(skip)]
        pub const fn constant(&self) -> usize {
            Self::LIMIT
        }
        pub(super) fn asked_for(&self) -> bool {
            self.private_but_asked_for()
        }
        pub fn helpers(&self) -> [bool; 2] {
            [self.private(), self.of_this_module()]
        }
        pub(super) fn private_ones(&self) -> [bool; 2] {
            Which::seen_from_outside(self)
        }
        #[async_resource(skip)]
        pub(super) fn seen_from_outside(&self) -> [bool; 2] {
            [self.private(), self.of_this_module()]
        }
    }
}

#[test]
fn those_that_are_not_private_and_those_asked_for() {
    let which = module::Which::new();
    assert!(which.public() && which.of_the_crate() && which.of_a_module());
    assert!(which.asks_from_another_module());
    assert_eq!(which.seen_from_outside(), [false; 2]);
    assert_eq!(which.private_ones(), [true; 2]);
    assert_eq!(which.helpers(), [true; 2]);
}

#[async_resource]
impl module::Which {
    #[async_resource(skip)]
    pub(crate) fn asks_from_another_module(&self) -> bool {
        !runs_in(self) && self.asked_for()
    }
}

#[test]
fn not_those_that_skip() {
    let (here, other) = module::Which::new().skipped();
    assert!(!here && other.public());
    assert_eq!(module::Which::without_self() + other.constant(), 6);
}
