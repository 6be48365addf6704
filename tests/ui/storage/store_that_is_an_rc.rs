use std::rc::Rc;

use async_hooks::AsyncLocalStorage;

static USER: AsyncLocalStorage<Rc<String>> = AsyncLocalStorage::new();

fn main() {
    USER.run(Rc::new("ada".into()), || ());
}
