use ah::traced;

#[traced]
pub trait Handle {
    fn handle(&self);
    fn name(&self) -> String;
}

fn main() {}
