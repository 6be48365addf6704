use async_hooks::AsyncLocalStorage;

fn greet(name: &str) {
    let user: AsyncLocalStorage<&str> = AsyncLocalStorage::new();
    user.run(name, || println!("{:?}", user.get()));
}

fn main() {
    greet(&String::from("ada"));
}
