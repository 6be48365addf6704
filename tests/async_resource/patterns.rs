//! Patterns in annotated blocks need no `..`.

use crate::test;
use async_hooks::async_resource;

#[async_resource("POINT")]
#[derive(Clone, Debug, Default, PartialEq)]
struct Point {
    x: u8,
    y: u8,
}

#[async_resource("PAIR")]
#[derive(Debug, PartialEq)]
struct Pair(u8, String);

#[async_resource("UNIT")]
struct Unit;

#[async_resource]
impl Point {
    fn new(x: u8, y: u8) -> Self {
        Self { x, y }
    }
    fn in_let(self) -> (u8, u8) {
        let Self { x, y } = self;
        (x, y)
    }
    fn in_parameters(Self { x, y }: Self, Point { x: a, .. }: &Point) -> u8 {
        x + y + a
    }
    fn in_closures(all: &[Self]) -> u8 {
        all.iter().map(|Point { x, y }| x + y).sum()
    }
    #[rustfmt::skip]
    fn in_match(&self) -> &'static str {
        match self {
            Self { x: 0, y: 0 } => "origin",
            Point { x: 0, y: _ } | Point { x: _, y: 0 } => "axis",
            Self { x, y, } if x == y => "diagonal",
            Self { .. } => "plane",
        }
    }
    fn in_if_and_while_let(mut all: Vec<Self>) -> u8 {
        let mut sum = 0;
        while let Some(Self { x, y }) = all.pop() {
            if let Some(Point { x: 1, y }) = all.first() {
                sum += y;
            }
            let Some(Self { y: last, x: _ }) = all.last() else {
                return sum;
            };
            sum += x + y + last;
        }
        sum
    }
    fn in_for(all: Vec<Self>) -> u8 {
        let mut sum = 0;
        for Self { x, y } in all {
            sum += x + y;
        }
        sum
    }
    fn in_assignments() -> [u8; 5] {
        let (x, y, a, b, c);
        Self { x, y } = Self::new(1, 2);
        (Point { x: a, y: b }, [c]) = (Self::new(3, 4), [5]);
        [x, y, a, b, c]
    }
    fn in_matches(&self) -> bool {
        matches!(self, Self { x: 1, y } if *y > 1)
            || matches!(self, Point { x: 0, .. } | Self { x: 7, y: 7 })
    }
    fn bound(&self) -> &Self {
        match self {
            whole @ Self { x: 1, y: 2 } => whole,
            other => other,
        }
    }
}

#[async_resource]
impl Pair {
    fn new(n: u8) -> Self {
        Self(n, n.to_string())
    }
    fn split(self) -> (u8, String) {
        let Self(n, text) = self;
        (n, text)
    }
    fn last(&self) -> &str {
        let Self(.., text) = self;
        text
    }
    fn first(&self) -> u8 {
        let Pair(n, ..) = self;
        *n
    }
    fn assigned() -> u8 {
        let n;
        Self(n, _) = Self::new(7);
        let last;
        Pair(.., last) = Self::new(8);
        n + last.parse::<u8>().unwrap_or_default()
    }
}

#[async_resource]
impl Unit {
    fn count(all: &[Self]) -> usize {
        let count = |unit: &Self| match unit {
            Self => 1,
        };
        let Unit = Unit;
        all.iter().map(count).sum()
    }
    fn some() -> [Self; 2] {
        [Unit, Self]
    }
}

#[test]
fn braces() {
    assert_eq!(Point::new(1, 2).in_let(), (1, 2));
    assert_eq!(Point::in_parameters(Point::new(1, 2), &Point::new(3, 4)), 6);
    assert_eq!(
        Point::in_closures(&[Point::new(1, 2), Point::new(3, 4)]),
        10
    );
    let all = [(0, 0), (0, 1), (2, 2), (1, 2)].map(|(x, y)| Point::new(x, y).in_match());
    assert_eq!(all, ["origin", "axis", "diagonal", "plane"]);
    assert_eq!(
        Point::in_if_and_while_let(vec![Point::new(1, 2), Point::new(3, 4)]),
        11
    );
    assert_eq!(Point::in_for(vec![Point::new(1, 2)]), 3);
    assert_eq!(Point::in_assignments(), [1, 2, 3, 4, 5]);
    assert!(Point::new(1, 2).in_matches() && !Point::new(1, 1).in_matches());
    assert_eq!(*Point::new(1, 2).bound(), Point::new(1, 2));
}

#[test]
fn parentheses_and_units() {
    assert_eq!(Pair::new(3).split(), (3, "3".to_owned()));
    assert_eq!((Pair::new(3).first(), Pair::new(3).last()), (3, "3"));
    assert_eq!(Pair::assigned(), 15);
    assert_eq!(Unit::count(&Unit::some()), 2);
}
