use async_hooks::async_resource;

pub trait Rows {
    fn rows(&self) -> usize;
}

#[async_resource]
impl Rows for (u8, u8) {
    fn rows(&self) -> usize {
        2
    }
}

#[async_resource]
impl Rows for dyn std::fmt::Debug {
    fn rows(&self) -> usize {
        2
    }
}

fn main() {}
