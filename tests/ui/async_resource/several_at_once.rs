use async_hooks::async_resource;

#[async_resource("", manual, fields())]
#[derive(Copy)]
#[repr(transparent)]
pub struct Limit {
    #[resource]
    #[resource]
    pub n: u8,
}

fn main() {}
