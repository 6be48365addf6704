//! Panics of a bridge are contained and reported; what it refuses to register. A binary of its own, since bridges and
//! the error sink are the process's.

use std::{cell::Cell, sync::Mutex};

use ah_testing::test;
use async_hooks::{
    AsyncLocalStorage, AsyncResource, EngineError,
    bridge::{Bridge, MAX_BRIDGES, register},
};

thread_local! {
    static THEIRS: Cell<u32> = const { Cell::new(0) };
}

static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
static REPORTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Panics in the callback that its value names.
struct Panics;

const CAPTURE: u32 = 1;
const IS_CURRENT: u32 = 2;
const INSTALL: u32 = 3;
const RESTORE: u32 = 4;

fn panic_if(is_it: bool, message: &'static str) {
    if is_it {
        std::panic::resume_unwind(Box::new(message));
    }
}

impl Bridge for Panics {
    type Value = u32;
    type Saved = u32;

    fn capture(&self) -> Option<u32> {
        let value = THEIRS.get();
        panic_if(value == CAPTURE, "no capture");
        Some(value).filter(|value| *value != 0)
    }

    fn is_current(&self, value: Option<&u32>) -> bool {
        panic_if(THEIRS.get() == IS_CURRENT, "no answer");
        THEIRS.get() == value.copied().unwrap_or(0)
    }

    fn install(&self, value: Option<&u32>) -> u32 {
        let value = value.copied().unwrap_or(0);
        panic_if(value == INSTALL, "no install");
        THEIRS.replace(value)
    }

    fn restore(&self, value: Option<&u32>, saved: u32) {
        THEIRS.set(saved);
        panic_if(value == Some(&RESTORE), "no restore");
    }
}

struct Fills<const N: usize>;

impl<const N: usize> Bridge for Fills<N> {
    type Value = ();
    type Saved = ();

    fn capture(&self) -> Option<()> {
        None
    }

    fn is_current(&self, _: Option<&()>) -> bool {
        true
    }

    fn install(&self, _: Option<&()>) {}

    fn restore(&self, _: Option<&()>, (): ()) {}
}

fn created_in(value: u32) -> AsyncResource {
    THEIRS.set(value);
    let resource = STORE.run(7, || AsyncResource::new("R"));
    THEIRS.set(0);
    resource
}

/// What the work sees of the bridge and of the stores.
fn seen_by(resource: &AsyncResource) -> (u32, Option<u32>) {
    resource.run_in_async_scope(|| (THEIRS.get(), STORE.get()))
}

fn reports() -> Vec<String> {
    std::mem::take(&mut *REPORTS.lock().expect("nothing panics under it"))
}

#[test]
fn a_panic_is_reported_and_the_work_goes_on() {
    async_hooks::set_error_sink(|error| {
        let EngineError::BridgePanicked(panic) = error else {
            return;
        };
        assert!(panic.payload().is::<&str>());
        assert!(panic.bridge().ends_with("Panics"), "{}", panic.bridge());
        let (callback, text) = (panic.callback(), error.to_string());
        REPORTS
            .lock()
            .expect("nothing panics under it")
            .push(format!("{callback}: {text}"));
    });
    register(Panics).expect("it is the first");

    let not_captured = created_in(CAPTURE);
    let name = format!(
        "bridge `{}` panicked in its",
        std::any::type_name::<Panics>()
    );
    assert_eq!(
        reports(),
        [format!("capture: {name} `capture`: no capture")]
    );
    assert_eq!(seen_by(&not_captured), (0, Some(7)));

    let not_asked = created_in(IS_CURRENT);
    assert_eq!(
        reports(),
        [format!("is_current: {name} `is_current`: no answer")]
    );
    assert_eq!(seen_by(&not_asked), (0, Some(7)));

    let not_installed = created_in(INSTALL);
    assert_eq!(reports(), [""; 0]);
    assert_eq!(seen_by(&not_installed), (0, Some(7)));
    assert_eq!(
        reports(),
        [format!("install: {name} `install`: no install")]
    );

    let not_restored = created_in(RESTORE);
    assert_eq!(seen_by(&not_restored), (RESTORE, Some(7)));
    assert_eq!(
        reports(),
        [format!("restore: {name} `restore`: no restore")]
    );
    assert_eq!((THEIRS.get(), STORE.get()), (0, None));

    let again = register(Panics).expect_err("it is registered");
    assert_eq!(
        again.to_string(),
        "a bridge of this type is registered already"
    );
    register(Fills::<1>).expect("there is room");
    register(Fills::<2>).expect("there is room");
    register(Fills::<3>).expect("there is room");
    let full = register(Fills::<4>).expect_err("there is none");
    assert_eq!(MAX_BRIDGES, 4);
    assert_eq!(
        full.to_string(),
        "4 bridges are registered, and there is no room for another: one type may bridge several contexts"
    );

    let beside_others = created_in(9);
    assert_eq!(seen_by(&beside_others), (9, Some(7)));
    assert_eq!(THEIRS.get(), 0);
}
