use std::rc::Rc;

use async_hooks::AsyncLocalStorage;

struct User {
    name: Rc<str>,
}

static USER: AsyncLocalStorage<User> = AsyncLocalStorage::new();

fn main() {
    USER.with(|user| println!("{}", user.unwrap().name));
}
