use async_hooks::{Interest, Phase};

fn main() {
    let interest = Interest::new().phases([Phase::Init, Phase::Settled]);
    drop(interest);
}
