use ah::traced;

#[traced]
pub struct Handler {
    path: String,
}

fn main() {}
