#[ah::async_resource("DB")]
mod db {}

fn main() {}
