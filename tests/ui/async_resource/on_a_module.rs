#[async_hooks::async_resource("DB")]
mod db {}

fn main() {}
