//! Every shape of struct with every set of derives and every option: all that is generated compiles and works.

#![allow(dead_code, reason = "fields are not read")]

use ah_testing::exempt;
use async_hooks::Resource;

use crate::support::{block_on, logged, runs_in, yield_once};

/// One struct with its impl.
macro_rules! one {
    ([$($fields:tt)*] [$($literal:tt)*] [$($pattern:tt)*] [$($derive:path),*] [$($option:tt)*]) => {
        #[async_hooks::async_resource("COMBINED" $($option)*)]
        #[derive($($derive),*)]
        pub(crate) struct Made $($fields)*

        #[async_hooks::async_resource]
        impl Made {
            pub(crate) fn new() -> Self {
                Self $($literal)*
            }
            #[async_hooks::async_resource(trigger = 7)]
            pub(crate) fn triggered() -> Option<Self> {
                Some(Made $($literal)*)
            }
            pub(crate) fn look(&self) -> bool {
                let Made $($pattern)* = self;
                $crate::combinations::runs(self)
            }
            pub(crate) async fn later(self) -> (Self, bool) {
                $crate::combinations::pause().await;
                let here = $crate::combinations::runs(&self);
                (self, here)
            }
        }

        pub(super) fn check() {
            let manual = stringify!($($option)*).contains("manual_destroy");
            $crate::combinations::check(manual, Made::new, Made::triggered, Made::look, Made::later);
        }
    };
}

use one;

fn runs(value: &impl Resource) -> bool {
    runs_in(value)
}

async fn pause() {
    yield_once().await;
}

fn check<T: Resource, F: Future<Output = (T, bool)>>(
    manual: bool,
    new: fn() -> T,
    triggered: fn() -> Option<T>,
    look: fn(&T) -> bool,
    later: fn(T) -> F,
) {
    logged(|log| {
        exempt(7.into()); // invented
        if manual {
            [2, 3].into_iter().for_each(|id: u32| exempt(id.into())); // never destroyed
        }
        let (value, here) = block_on(later(new()));
        assert!(here && look(&value));
        assert_eq!(triggered().unwrap().trigger_async_id().get(), 7);
        let lines = log.take();
        assert_eq!(lines[0], "init COMBINED 2<1");
        assert_eq!(lines[1..7], ["before 2", "after 2"].repeat(3));
    });
}

/// Structs of all shapes.
macro_rules! with_all {
    ($($module:ident ($($derive:path),*) ($($option:tt)*);)*) => {
        $(mod $module {
            mod braces { $crate::combinations::one!([{ pub(crate) a: u8, b: Option<String> }] [{ a: 1, b: None }] [{ a: _, b: _ }] [$($derive),*] [$($option)*]); }
            mod empty { $crate::combinations::one!([{}] [{}] [{}] [$($derive),*] [$($option)*]); }
            mod tuple { $crate::combinations::one!([(pub(crate) u8, String);] [(1, String::new())] [(_, _)] [$($derive),*] [$($option)*]); }
            mod new { $crate::combinations::one!([(Vec<u8>);] [(vec![1])] [(_)] [$($derive),*] [$($option)*]); }
            mod unit { $crate::combinations::one!([;] [] [] [$($derive),*] [$($option)*]); }

            #[$crate::test]
            fn work() {
                braces::check();
                empty::check();
                tuple::check();
                new::check();
                unit::check();
            }
        })*
    };
}

with_all! {
    no_derives () ();
    that_look (Debug, PartialEq, Eq, PartialOrd, Ord, Hash) ();
    that_make (Clone, Default) ();
    of_serde (serde::Serialize, serde::Deserialize) ();
    all (Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize) ();
    all_by_path (std::clone::Clone, core::fmt::Debug, ::std::default::Default, serde::Deserialize) (, crate = async_hooks);
    manual (Debug, Clone) (, manual_destroy);
    with_fields (Clone, serde::Deserialize) (, fields(a = 1, b = %"x"));
    with_everything (Clone, Debug, Default, serde::Serialize) (, manual_destroy, fields(a = 1), crate = ::async_hooks,);
}
