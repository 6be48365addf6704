#![deny(unused_must_use)]

fn main() {
    async_hooks::create_hook(async_hooks::Hooks::builder().init(|init| println!("{init:?}")).build());
}
