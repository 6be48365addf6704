use async_hooks::traced;

#[traced]
pub trait Handle {
    fn handle(&self);
    fn name(&self) -> String;
}

fn main() {}
