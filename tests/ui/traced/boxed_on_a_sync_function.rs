use async_hooks::traced;

#[traced(boxed)]
fn handle() {}

fn main() {
    handle();
}
