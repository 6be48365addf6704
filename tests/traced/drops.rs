//! Arguments and locals are dropped in the order of the plain function, however far it came.

use std::{
    cell::RefCell,
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use super::support::yield_once;
use crate::test;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn log(line: impl Into<String>) {
    LOG.with(|log| log.borrow_mut().push(line.into()));
}

pub(super) struct D(&'static str);

impl Drop for D {
    fn drop(&mut self) {
        log(self.0);
    }
}

impl D {
    fn temporary(&self, name: &'static str) -> D {
        D(name)
    }

    fn one(&self) -> usize {
        1
    }
}

pub(super) struct Pair {
    x: D,
    y: D,
}

/// The same functions, plain and traced.
macro_rules! both {
    ($($(#[$attr:meta])* async fn $name:ident($($args:tt)*) -> $ret:ty $body:block)*) => {
        #[expect(unused_variables, reason = "unused arguments are dropped, too")]
        mod plain {
            use super::*;
            $(pub(super) async fn $name($($args)*) -> $ret $body)*
        }
        #[expect(unused_variables, reason = "unused arguments are dropped, too")]
        mod traced {
            use super::*;
            $(#[async_hooks::traced] pub(super) async fn $name($($args)*) -> $ret $body)*
        }
    };
}

both! {
    async fn simple(a: D, b: D, c: D) -> usize {
        yield_once().await;
        a.one() + b.one() + c.one()
    }
    async fn unused(_a: D, _: D, _c: D) -> usize {
        let _local = D("local");
        yield_once().await;
        1
    }
    async fn patterns((a, _): (D, D), Pair { x, .. }: Pair, mut z: D) -> usize {
        z.0 = "z2";
        let _local = D("local");
        yield_once().await;
        a.one() + x.one()
    }
    async fn moved(a: D, b: D) -> usize {
        drop(b);
        yield_once().await;
        a.one()
    }
    async fn tail(a: D, b: D) -> usize {
        let local = D("local");
        yield_once().await;
        local.temporary("t1").one() + a.temporary("t2").one() + b.one()
    }
    async fn early(a: D, b: D) -> usize {
        let _local = D("local");
        yield_once().await;
        if a.one() == 1 {
            return b.one();
        }
        2
    }
    async fn by_use(b: D, a: D) -> usize {
        let _x = &a;
        yield_once().await;
        b.one()
    }
    async fn in_parts(p: Pair, q: (D, D)) -> usize {
        yield_once().await;
        drop(p.x);
        q.1.one()
    }
    async fn references(ref a: D, b @ Pair { .. }: Pair) -> usize {
        yield_once().await;
        a.one() + b.x.one()
    }
    async fn nothing(a: D, b: D) -> usize {
        yield_once().await;
        1
    }
}

trait Consume: Sized {
    fn whole(self) -> impl Future<Output = usize>;
    fn beside(self, a: D) -> impl Future<Output = usize>;
    fn in_parts(self, a: D) -> impl Future<Output = usize>;
}

struct Plain(Pair);
struct Traced(Pair);

macro_rules! consume {
    ($ty:ident, $(#[$attr:meta])*) => {
        impl Consume for $ty {
            $(#[$attr])*
            async fn whole(self) -> usize {
                let _local = D("local");
                yield_once().await;
                self.0.x.one()
            }
            $(#[$attr])*
            async fn beside(self, a: D) -> usize {
                yield_once().await;
                a.one()
            }
            $(#[$attr])*
            async fn in_parts(self, _: D) -> usize {
                let pair = self.0;
                yield_once().await;
                drop(pair.y);
                pair.x.one()
            }
        }
    };
}

consume!(Plain,);
consume!(Traced, #[async_hooks::traced]);

/// What happens when the future is polled so often and dropped.
fn lines(polls: usize, future: impl Future) -> Vec<String> {
    LOG.take();
    {
        let mut future = pin!(future);
        let mut cx = Context::from_waker(Waker::noop());
        for poll in 0..polls {
            log(format!("poll {poll}"));
            if future.as_mut().poll(&mut cx).is_ready() {
                log("ready");
                break;
            }
        }
        log("drop");
    }
    LOG.take()
}

fn pair() -> Pair {
    Pair {
        x: D("x"),
        y: D("y"),
    }
}

macro_rules! compare {
    ($($name:ident($($argument:expr),*);)*) => {
        for polls in 0..4 {
            $(assert_eq!(
                lines(polls, plain::$name($($argument),*)),
                lines(polls, traced::$name($($argument),*)),
                "{} after {polls} polls", stringify!($name),
            );)*
        }
    };
}

#[test]
fn case_11_case_31_drop_order_is_that_of_the_plain_function() {
    compare! {
        simple(D("a"), D("b"), D("c"));
        unused(D("a"), D("_"), D("c"));
        patterns((D("a"), D("a1")), pair(), D("z"));
        moved(D("a"), D("b"));
        tail(D("a"), D("b"));
        early(D("a"), D("b"));
        by_use(D("b"), D("a"));
        in_parts(pair(), (D("q0"), D("q1")));
        references(D("a"), pair());
        nothing(D("a"), D("b"));
    }
}

#[test]
fn case_11_case_31_drop_order_with_self() {
    for polls in 0..4 {
        assert_eq!(
            lines(polls, Plain(pair()).whole()),
            lines(polls, Traced(pair()).whole())
        );
        assert_eq!(
            lines(polls, Plain(pair()).beside(D("a"))),
            lines(polls, Traced(pair()).beside(D("a")))
        );
        assert_eq!(
            lines(polls, Plain(pair()).in_parts(D("a"))),
            lines(polls, Traced(pair()).in_parts(D("a")))
        );
    }
}

#[test]
fn case_30_size_is_that_of_the_plain_future_and_40_bytes() {
    macro_rules! sizes {
        ($($name:ident($($argument:expr),*);)*) => {
            $(
                let plain = size_of_val(&plain::$name($($argument),*));
                let traced = size_of_val(&traced::$name($($argument),*));
                assert!(traced <= plain + 40, "{}: {plain} and {traced}", stringify!($name));
            )*
        };
    }
    sizes! {
        simple(D("a"), D("b"), D("c"));
        unused(D("a"), D("_"), D("c"));
        patterns((D("a"), D("a1")), pair(), D("z"));
        nothing(D("a"), D("b"));
        references(D("a"), pair());
        tail(D("a"), D("b"));
    }
}
