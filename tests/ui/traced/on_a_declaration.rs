use async_hooks::traced;

pub trait Handle {
    #[traced]
    fn handle(&self);
}

fn main() {}
