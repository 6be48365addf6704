use async_hooks::async_resource;

#[async_resource("HANDLE")]
#[repr(transparent)]
pub struct Handle(pub u64);

#[async_resource("PACKED")]
#[repr(C, packed(2))]
pub struct Packed(pub u64);

fn main() {}
