//! Every literal of the type in an annotated block gets one resource, and nothing else does.

#![allow(
    clippy::manual_async_fn,
    clippy::needless_return,
    clippy::never_loop,
    clippy::non_minimal_cfg,
    clippy::unnecessary_literal_unwrap,
    reason = "literals stand in all sorts of places"
)]

use std::{cell::OnceCell, collections::HashMap, future::Future, sync::Arc};

use async_hooks::{Resource, async_resource};

use crate::support::{block_on, logged, yield_once};
use crate::test;

#[async_resource("LITERAL")]
#[derive(Clone, Debug, Default, PartialEq)]
struct Literal {
    a: u32,
    b: Option<Box<Literal>>,
}

macro_rules! plain {
    ($($tokens:tt)*) => { $($tokens)* };
}

macro_rules! unreadable {
    (make $name:ident with $a:expr) => {
        $name::new($a)
    };
}

#[async_resource]
impl Literal {
    fn new(a: u32) -> Self {
        Self { a, b: None }
    }
    fn by_name(a: u32) -> Literal {
        return Literal { a, b: None };
    }
    fn trailing_comma(a: u32) -> Literal {
        #[rustfmt::skip]
        return Literal { a, b: None, };
    }
    fn nested() -> Self {
        Self {
            a: 1,
            b: Some(Box::new(Literal { a: 2, b: None })),
        }
    }
    fn in_closures() -> Vec<Arc<Self>> {
        let make = |a| Arc::new(Self { a, b: None });
        (0..3).map(make).collect()
    }
    fn boxed() -> Box<dyn Fn() -> Self> {
        Box::new(|| Self { a: 1, b: None })
    }
    fn fallible(a: &str) -> Result<Self, std::num::ParseIntError> {
        Ok(Self {
            a: a.parse()?,
            b: None,
        })
    }
    fn in_vec() -> Vec<Self> {
        vec![
            Self { a: 1, b: None },
            Literal { a: 2, b: None },
            Self::new(3),
        ]
    }
    fn repeated() -> Vec<Self> {
        vec![Self { a: 1, b: None }; 2]
    }
    fn in_format() -> String {
        assert_eq!(Self { a: 4, b: None }.a, 4);
        format!(
            "{:?} {x}",
            Self { a: 1, b: None }.a,
            x = Self { a: 2, b: None }.a
        )
    }
    fn in_statements() -> u32 {
        plain! {
            let one = Self { a: 1, b: None };
            let Self { a, b: _ } = Self { a: 2, b: None };
        }
        one.a + a
    }
    fn in_blocks(a: u32) -> Self {
        match a {
            0 => Self { a: 10, b: None },
            1 if (Self { a, b: None }).a == 1 => {
                let cell = OnceCell::new();
                cell.get_or_init(|| Self { a: 11, b: None }).clone()
            }
            _ => loop {
                break Self { a: 12, b: None };
            },
        }
    }
    fn in_an_async_block() -> impl Future<Output = Self> {
        async {
            yield_once().await;
            Self { a: 1, b: None }
        }
    }
    async fn asynchronously() -> Option<Self> {
        yield_once().await;
        Some(Self { a: 1, b: None })
    }
    fn shorthand_and_attributes(a: u32) -> Self {
        Self {
            a,
            #[cfg(all())]
            b: None,
            #[cfg(any())]
            c: None,
        }
    }
    fn in_a_macro_of_other_grammar() -> Self {
        unreadable!(make Self with 3)
    }
    fn nested_items() -> u32 {
        struct Other {
            a: u32,
        }
        impl Other {
            fn new() -> Self {
                Self { a: 1 }
            }
        }
        fn make() -> Literal {
            Literal::new(2)
        }
        Other::new().a + make().a
    }
    fn into_map(self) -> HashMap<u32, Self> {
        [(1, Self { a: 1, ..self })].into()
    }
    fn of_base(a: u32) -> Self {
        Self {
            a,
            ..Default::default()
        }
    }
    fn of_clone(&self) -> Self {
        Self {
            a: 9,
            ..self.clone()
        }
    }
    fn in_parameters<const N: usize>(all: [Self; N], f: impl Fn(Self) -> u32) -> u32 {
        all.into_iter().map(f).sum()
    }
    fn text() -> &'static str {
        stringify!(Self { a: 1, b: None })
    }
}

/// How many resources `make` made, and that all of them went.
fn made<R: async_hooks::RunOutput<async_hooks::Value>>(make: impl FnOnce() -> R) -> usize {
    logged(|log| {
        drop(make());
        let lines = log.take();
        let inits = lines.iter().filter(|line| line.starts_with("init")).count();
        let destroys = lines
            .iter()
            .filter(|line| line.starts_with("destroy"))
            .count();
        assert_eq!(inits, destroys, "{lines:?}");
        inits
    })
}

#[test]
fn by_self_and_by_name() {
    assert_eq!(made(|| Literal::new(1)), 1);
    assert_eq!(made(|| Literal::by_name(1)), 1);
    assert_eq!(made(|| Literal::trailing_comma(1)), 1);
    assert_eq!(made(|| Literal::fallible("1").unwrap()), 1);
    assert_eq!(made(|| Literal::fallible("x").unwrap_err()), 0);
    assert_eq!(made(|| Literal::shorthand_and_attributes(1)), 1);
}

#[test]
fn in_one_another_in_closures_and_in_blocks() {
    assert_eq!(made(Literal::nested), 2);
    assert_eq!(made(Literal::in_closures), 3);
    assert_eq!(made(|| (Literal::boxed()(), Literal::boxed())), 1);
    assert_eq!(made(|| Literal::in_blocks(0)), 1);
    assert_eq!(made(|| Literal::in_blocks(1)), 3);
    assert_eq!(made(|| Literal::in_blocks(2)), 1);
    assert_eq!(
        made(|| Literal::in_parameters([Literal::new(1)], |it| it.a)),
        1
    );
}

#[test]
fn in_futures() {
    assert_eq!(made(|| block_on(Literal::in_an_async_block())), 1);
    assert_eq!(made(|| block_on(Literal::asynchronously())), 1);
}

#[test]
fn in_macros() {
    assert_eq!(made(Literal::in_vec), 3);
    assert_eq!(made(Literal::repeated), 2);
    assert_eq!(made(Literal::in_format), 3);
    assert_eq!(made(Literal::in_statements), 2);
    assert_eq!(made(Literal::in_a_macro_of_other_grammar), 1);
    assert!(!Literal::text().contains("resource"));
}

#[test]
fn not_in_items_with_another_self() {
    assert_eq!(made(Literal::nested_items), 1);
}

#[test]
fn a_base_keeps_its_resource() {
    logged(|log| {
        let map = Literal::new(1).into_map();
        assert_eq!(map[&1].async_id().get(), 2);
        assert_eq!(log.take(), ["init LITERAL 2<1"]);
        drop(map);
        drop(Literal::of_base(1));
        assert_eq!(log.take(), ["destroy 2", "init LITERAL 3<1", "destroy 3"]);
        let one = Literal::new(1);
        let two = one.of_clone();
        assert_eq!(two.trigger_async_id(), one.async_id());
    });
}

#[async_resource("TUPLE")]
#[derive(Debug, PartialEq)]
struct Tuple<T>(T, u8);

#[async_resource("UNIT")]
#[derive(Debug, PartialEq)]
struct Unit;

#[async_resource]
impl<T: Copy> Tuple<T> {
    fn new(t: T) -> Self {
        Self(t, 1)
    }
    fn by_name(t: T) -> Self {
        Tuple::<T>(t, 1)
    }
    fn of_nothing() -> Tuple<()> {
        Tuple((), 3)
    }
    fn as_function(t: Option<T>) -> Option<Self> {
        let make = Self;
        t.map(|t| make(t, 1)).or_else(|| None.map(|t| make(t, 2)))
    }
    fn passed(all: Vec<(T, u8)>) -> Vec<Self> {
        fn apply<A, B, R>(f: impl Fn(A, B) -> R) -> impl Fn((A, B)) -> R {
            move |(a, b)| f(a, b)
        }
        all.into_iter()
            .map(apply(Self))
            .chain(Vec::new().into_iter().map(apply(Tuple::<T>)))
            .collect()
    }
    fn nested(t: T) -> Tuple<Tuple<T>> {
        Tuple(Self(t, 1), 2)
    }
}

#[async_resource]
impl Unit {
    fn all() -> Vec<Self> {
        let unit = Unit;
        let f = || Self;
        vec![unit, f(), Unit {}, Some(Self).unwrap()]
    }
}

#[test]
fn tuples_and_their_constructors_as_values() {
    assert_eq!(made(|| Tuple::new(1)), 1);
    assert_eq!(made(|| Tuple::by_name(1)), 1);
    assert_eq!(made(Tuple::<u8>::of_nothing), 1);
    assert_eq!(made(|| Tuple::as_function(Some(1))), 1);
    assert_eq!(made(|| Tuple::passed(vec![(1, 1), (2, 2)])), 2);
    assert_eq!(made(|| Tuple::nested(1)), 2);
}

#[test]
fn units_as_values() {
    assert_eq!(made(Unit::all), 4);
}

#[test]
fn init_tells_where_the_literal_is() {
    use std::sync::Mutex;
    static LINE: Mutex<Option<(String, u32)>> = Mutex::new(None);
    #[async_resource("PLACE")]
    struct Place {
        n: u8,
    }
    const EXPECTED: u32 = line!() + 4;
    #[async_resource]
    impl Place {
        fn new() -> Self {
            Self { n: 1 }
        }
    }
    ah_testing::CheckedEnv::new().run(|| {
        let hooks = async_hooks::Hooks::builder().init(|resource| {
            *LINE.lock().unwrap() = resource
                .location()
                .map(|place| (place.file().to_owned(), place.line()));
        });
        async_hooks::create_hook(hooks.build()).enable();
        assert_eq!(Place::new().n, 1);
    });
    let place = LINE.lock().unwrap().take();
    assert_eq!(place, Some((file!().to_owned(), EXPECTED)));
}
