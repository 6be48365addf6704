use async_hooks::async_resource;

#[async_resource]
fn works() {}

fn main() {
    works();
}
