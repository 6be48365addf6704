//! Derives of bon, derive_more, getset, typed-builder and derive_builder below `#[async_resource]`: none of them is told of
//! the hidden field by the user.

use async_hooks::{Resource as _, ResourceOf, async_resource};

use crate::test;

#[async_resource("BON")]
#[derive(bon::Builder, Debug)]
struct ByBon {
    name: String,
    #[builder(default = 80)]
    port: u16,
}

#[test]
fn bon() {
    let (one, other) = (
        ByBon::builder().name("a".into()).build(),
        ByBon::builder().name("b".into()).port(1).build(),
    );
    assert_eq!(format!("{one:?}"), "ByBon { name: \"a\", port: 80 }");
    assert_eq!((one.name.as_str(), other.port), ("a", 1));
    assert_ne!(one.async_id(), other.async_id());
    assert_eq!(one.async_resource().resource_type(), "BON");
}

mod imported {
    use bon::Builder;

    /// Whose `Builder` this is cannot be seen.
    #[async_hooks::async_resource("BON")]
    #[derive(Builder)]
    pub(super) struct ByBon<T> {
        pub(super) value: T,
    }
}

#[test]
fn bon_by_an_imported_name() {
    let made = imported::ByBon::builder().value(7).build();
    assert_eq!(
        (made.value, made.async_resource().resource_type()),
        (7, "BON")
    );
}

#[async_resource("BON")]
#[derive(bon::Builder)]
struct Marked {
    port: u16,
    #[resource]
    #[builder(skip = ResourceOf::new())]
    resource: ResourceOf<Self>,
}

#[test]
fn bon_with_a_field_that_is_marked() {
    let made = Marked::builder().port(1).build();
    assert_eq!(
        (made.port, made.async_id()),
        (1, made.resource.as_resource().async_id())
    );
}

#[async_resource("TYPED")]
#[derive(typed_builder::TypedBuilder)]
struct ByTypedBuilder<T> {
    value: T,
    #[builder(default = 1)]
    count: u8,
}

#[test]
fn typed_builder() {
    let made = ByTypedBuilder::builder().value("x").build();
    assert_eq!((made.value, made.count), ("x", 1));
    assert_eq!(made.async_resource().resource_type(), "TYPED");
}

#[async_resource("BUILT")]
#[derive(derive_builder::Builder, Debug)]
struct ByDeriveBuilder {
    name: String,
}

#[test]
fn derive_builder() {
    let made = ByDeriveBuilderBuilder::default()
        .name("a".into())
        .build()
        .unwrap();
    assert_eq!(made.name, "a");
    assert_eq!(made.async_resource().resource_type(), "BUILT");
}

#[async_resource("GOTTEN")]
#[derive(getset::Getters, getset::CopyGetters, getset::Setters, getset::MutGetters)]
#[getset(get = "pub(super)", set = "pub(super)", get_mut = "pub(super)")]
struct ByGetset {
    name: String,
    #[getset(skip)]
    #[get_copy = "pub(super)"]
    port: u16,
}

#[async_resource]
impl ByGetset {
    fn new() -> Self {
        Self {
            name: "a".into(),
            port: 1,
        }
    }
}

#[test]
fn getset() {
    let mut made = ByGetset::new();
    made.set_name("b".into()).name_mut().push('c');
    assert_eq!((made.name().as_str(), made.port()), ("bc", 1));
    assert_eq!(made.async_resource().resource_type(), "GOTTEN");
}

#[async_resource("MORE")]
#[derive(
    derive_more::Debug,
    derive_more::Display,
    derive_more::Deref,
    derive_more::DerefMut,
    derive_more::AsRef,
    derive_more::Into,
)]
#[display("<{list:?}>")]
struct ByDeriveMore {
    list: Vec<u8>,
}

#[async_resource]
impl ByDeriveMore {
    fn new() -> Self {
        Self { list: vec![1] }
    }
}

#[test]
fn derive_more() {
    let mut made = ByDeriveMore::new();
    made.push(2);
    assert_eq!((made.to_string(), made.len()), ("<[1, 2]>".into(), 2));
    assert_eq!(format!("{made:?}"), "ByDeriveMore { list: [1, 2] }");
    let list: &Vec<u8> = made.as_ref();
    assert_eq!(list, &[1, 2]);
    assert_eq!(Vec::from(made), [1, 2]);
}

/// `Constructor` and `From` make a value of all fields: the page says to mark one.
#[async_resource("MORE")]
#[derive(derive_more::Constructor)]
struct Constructed {
    port: u16,
    #[resource]
    resource: ResourceOf<Self>,
}

#[test]
fn derive_more_that_makes_a_value_with_a_field_that_is_marked() {
    let made = Constructed::new(1, ResourceOf::new());
    assert_eq!(
        (made.port, made.async_id()),
        (1, made.resource.as_resource().async_id())
    );
}
