//! A field of the user's is the resource.

use async_hooks::{AsyncResource, Resource, ResourceOf, async_resource};

use crate::support::{logged, runs_in};
use crate::test;

#[async_resource("MARKED")]
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Marked {
    #[resource]
    resource: ResourceOf<Self>,
    n: u8,
}

#[async_resource]
impl Marked {
    fn new(n: u8) -> Self {
        Self {
            resource: ResourceOf::new(),
            n,
        }
    }
    fn given(resource: ResourceOf<Self>) -> Self {
        Self {
            #[resource]
            resource,
            n: 2,
        }
    }
    fn split(self) -> (ResourceOf<Self>, u8) {
        let Self { resource, n } = self;
        (resource, n)
    }
    #[async_resource]
    fn look(&self) -> bool {
        runs_in(self)
    }
}

#[async_resource("TUPLE")]
struct Tuple<T>(#[resource] ResourceOf<Self>, T);

#[async_resource]
impl<T> Tuple<T> {
    fn new(t: T) -> Self {
        Self(ResourceOf::triggered_by(9), t)
    }
    fn given(resource: ResourceOf<Self>, t: T) -> Self {
        let make = Self;
        make(resource, t)
    }
}

#[async_resource("TAIL")]
struct Tail<T: ?Sized> {
    #[resource]
    resource: AsyncResource,
    tail: T,
}

#[async_resource]
impl<T: ?Sized> Tail<T> {
    #[async_resource]
    fn look(&self) -> bool {
        runs_in(self)
    }
}

#[test]
fn literals_name_it_anywhere() {
    logged(|log| {
        ah_testing::exempt(7.into()); // invented
        let marked = Marked {
            resource: ResourceOf::new(),
            n: 1,
        };
        assert_eq!(log.take(), ["init MARKED 2<1"]);
        assert!(marked.look() && Marked::new(1).look());
        let (resource, n) = Marked::given(ResourceOf::triggered_by(7)).split();
        assert_eq!((resource.as_resource().trigger_async_id().get(), n), (7, 2));
        assert_eq!(marked, marked.clone());
        assert_eq!(format!("{marked:?}"), "Marked { resource: #2, n: 1 }");
    });
}

#[test]
fn in_a_tuple() {
    ah_testing::exempt(9.into()); // invented
    let tuple = Tuple::new(1);
    assert_eq!((tuple.trigger_async_id().get(), tuple.1), (9, 1));
    assert_eq!(Tuple::given(ResourceOf::new(), 2).1, 2);
}

#[test]
fn above_a_field_without_a_size() {
    let tail: Box<Tail<[u8]>> = Box::new(Tail {
        resource: AsyncResource::new("TAIL"),
        tail: [1, 2, 3],
    });
    assert!(tail.look() && tail.tail.len() == 3);
}
