//! Names of the user's that are those of everybody else.

#![allow(
    dead_code,
    non_camel_case_types,
    reason = "only there to be in the way"
)]

use crate::test;

mod std {}
mod core {}
mod ah_core {}
struct Box;
struct Option;
struct Some;
struct String;
struct Future;
struct Resource;
struct ResourceOf;
struct From;
struct Copy;
trait async_resource_trait {}

#[::async_hooks::async_resource("HYGIENE", fields(a = 1))]
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Hygiene {
    trigger: u8,
}

#[::async_hooks::async_resource("TUPLE")]
#[derive(Default)]
struct Tuple(u8, u8);

#[::async_hooks::async_resource("NEW")]
#[derive(::serde::Serialize, ::serde::Deserialize)]
struct New(u8);

#[::async_hooks::async_resource]
impl Hygiene {
    fn new(trigger: u8) -> Self {
        Self { trigger }
    }
    #[::async_hooks::async_resource(trigger = 7)]
    fn triggered(trigger: u8) -> Self {
        Self { trigger }
    }
    /// The user's own methods are not in the way of what generated code calls.
    #[::async_hooks::async_resource]
    fn scope(&self) -> u8 {
        self.enter() + self.async_id()
    }
    #[::async_hooks::async_resource]
    fn enter(&self) -> u8 {
        1
    }
    fn async_resource(&self) -> u8 {
        2
    }
    fn async_id(&self) -> u8 {
        self.async_resource()
    }
    #[::async_hooks::async_resource]
    async fn poll(&self, _ah_scope: u8, ah_argument1: (u8, u8)) -> u8 {
        let (ah_hint, _) = ah_argument1;
        _ah_scope + ah_hint
    }
    fn handle(&self) {}
    fn as_resource(&self) {}
}

#[::async_hooks::async_resource]
impl Tuple {
    fn new(resource: u8) -> Self {
        let make = Self;
        make(resource, resource)
    }
}

#[test]
fn case_12_methods_of_the_user_are_not_called() {
    ::ah_testing::exempt(::async_hooks::AsyncId::from(7)); // invented
    let object = Hygiene::new(1);
    assert_eq!(object.scope(), 3);
    assert_eq!(crate::support::block_on(object.poll(1, (2, 3))), 3);
    assert_eq!(
        ::async_hooks::Resource::trigger_async_id(&Hygiene::triggered(1)).get(),
        7
    );
}

#[test]
fn case_14_names_of_the_user_are_not_taken() {
    assert_eq!(Tuple::new(3).1, 3);
    assert_eq!(
        ::serde_json::from_str::<New>("3").map(|new| new.0).ok(),
        ::core::option::Option::Some(3)
    );
}
