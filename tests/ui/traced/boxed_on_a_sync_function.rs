use ah::traced;

#[traced(boxed)]
fn handle() {}

fn main() {
    handle();
}
