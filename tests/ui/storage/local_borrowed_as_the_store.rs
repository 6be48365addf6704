use async_hooks::AsyncLocalStorage;

static NAME: AsyncLocalStorage<&str> = AsyncLocalStorage::new();

fn main() {
    let name = String::from("ada");
    NAME.run(&name, || println!("{:?}", NAME.get()));
}
