#![deny(unused_must_use)]

fn main() {
    ah::create_hook(ah::Hooks::builder().init(|init| println!("{init:?}")).build());
}
