use async_hooks::AsyncLocalStorage;

static NAME: AsyncLocalStorage<String> = AsyncLocalStorage::new();

fn main() {
    let name: Option<&String> = NAME.with(|name| name);
    println!("{name:?}");
}
