use ah::traced;

pub trait Handle {
    #[traced]
    fn handle(&self);
}

fn main() {}
