use async_hooks::async_resource;

#[async_resource("BITS")]
pub union Bits {
    pub int: u32,
    pub float: f32,
}

fn main() {}
